from __future__ import annotations

from tests.support.reading import ReadText, lines, texts

TEX = r"""% left out \begin{document}
\documentclass{article}
\title{The \textbf{Bread} Book\thanks{a friend}}
\author{Jo M\"uller \and Al}
\begin{document}
\maketitle
\section*{Rye}\label{rye}
It keeps --- ``really'' --- for $n^2$ days, see~\cite{a}.
% left out
It is sour by 5\% at most.

\begin{equation}
E = mc^2
\end{equation}
\subsection{Kinds}
\begin{itemize}
\item dark
\item[x] light \emph{or not}
\end{itemize}
\begin{verbatim}
x % y
  \section{z}
\end{verbatim}
\begin{figure}\includegraphics{x.png}\caption{A loaf of rye.}\end{figure}
\begin{tabular}{ll}
\hline
Kind & Hours \\ \hline
Rye \& co & 12 \\
\end{tabular}
\begin{comment}
left out
\end{comment}
\end{document}
left out, too
"""


def test_latex(read_text: ReadText) -> None:
    document = read_text("a.tex", TEX)
    found = [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)]
    kinds = ("Rye", "Kinds")
    assert found == [
        ((), "Rye"),
        (("Rye",), "It keeps — “really” — for n^2 days, see ."),
        (("Rye",), "It is sour by 5% at most."),
        (("Rye",), "E = mc^2"),
        (("Rye",), "Kinds"),
        (kinds, "dark"),
        (kinds, "light or not"),
        (kinds, "x % y\n  \\section{z}"),
        (kinds, "A loaf of rye."),
        (kinds, "Kind | Hours"),
        (kinds, "Rye & co | 12"),
    ]
    assert lines(document) == [7, 8, 10, 12, 15, 17, 18, 21, 24, 27, 28]
    assert document.metadata == {"title": "The Bread Book", "author": "Jo Müller Al"}


def test_a_file_that_is_only_part_of_a_document(read_text: ReadText) -> None:
    assert texts(read_text("a.tex", "\\chapter{One}\nIt begins.\n\nIt ends.\n")) == ["One", "It begins.", "It ends."]


def test_environments_and_groups_that_never_end(read_text: ReadText) -> None:
    assert "It begins." in read_text("a.tex", "It begins.\n\n\\begin{verbatim}\nx\n\\section{One").text


def test_words_right_above_a_formula_are_kept(read_text: ReadText) -> None:
    assert texts(read_text("a.tex", "It holds:\n\\begin{align*}\nx &= 1\n\\end{align*}\nfor all.\n")) == [
        "It holds:", "x = 1", "for all."
    ]  # fmt: skip
