"""``embed`` and ``similarity``: texts in, their vectors or cosines out; no index is needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from albert_search.cli.output import clean, console, put, put_json
from albert_search.cli.parameters import JsonOption, VectorModelOption, examples
from albert_search.cli.texts import given_texts
from albert_search.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from rich.console import Console
    from rich.table import Table

    from albert_search.albert import Encoder

VECTORS = "Vectors"
LONG_LABEL_CHARACTERS = 12
"""From here on, columns of a table on the terminal bear numbers instead of texts."""

BESIDE_DECIMALS, BESIDE_COLUMNS = 5, 8
"""Characters of a cell besides its decimals: sign, digit, point, and a space at both sides; and of a line, for the
number of its text and the space around it."""

LOW_RGB, MIDDLE_RGB, HIGH_RGB = (68, 1, 84), (33, 145, 140), (253, 231, 37)
"""Both ends and the middle of viridis, the colours of the heat map."""

app = typer.Typer()

TextsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="TEXT...", help="The texts; - for standard input, a text a line.")
]


@app.command(
    rich_help_panel=VECTORS,
    epilog=examples(
        "embed 'How old are you?' 'what is your age?'",
        "embed - --output vectors.npz < sentences.txt",
        "embed - --pair --tokens < pairs.tsv",
    ),
)
def embed(
    texts: TextsArgument = None,
    model: VectorModelOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write .npy (vectors) or .npz (texts too) instead of JSON."
        ),
    ] = None,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Give each text's pieces, and a vector for each of them.")
    ] = False,
    pair: Annotated[bool, typer.Option("--pair", help="Each text is a pair: two texts with a tab between.")] = False,
) -> None:
    """Print the vectors of texts, as JSON lines or into a file of arrays.

    Vectors are of length 1, so that the inner product of two is their cosine. Every
    line of standard input has its vector, and results come while it is being read.
    """
    from albert_search.cli.embedding import embedded, print_records, save_arrays, token_arrays, vector_arrays

    if output and output.suffix not in ((".npz",) if tokens else (".npy", ".npz")):
        raise UsageError(f"--output writes {'.npz' if tokens else '.npy or .npz'} here, not {output}")
    batches = embedded(_encoder(model), given_texts(texts), tokens=tokens, pair=pair)
    if output is None:
        print_records(batches)
    else:
        save_arrays(output, (token_arrays if tokens else vector_arrays)(batches))


@app.command(
    rich_help_panel=VECTORS,
    epilog=examples(
        "similarity 'How old are you?' 'what is your age?' 'I like my phone'",
        "similarity - --plot similarity.png < sentences.txt",
    ),
)
def similarity(
    texts: TextsArgument = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw a heat map to FILE, which ends in .png or .svg.")
    ] = None,
    as_json: JsonOption = False,
    model: VectorModelOption = None,
) -> None:
    """Print how near texts are to each other: the cosine of each with each, in [-1, 1].

    On a terminal it is a table in colours; into a pipe goes a line for each text: the
    text, then its cosines, with tabs between.
    """
    from albert_search.arrays import similarity_matrix
    from albert_search.cli.heat_map import plot_similarity

    compared = [text for text in given_texts(texts) if text.strip()]
    if len(compared) < 2:
        raise UsageError("there is nothing to compare: give two texts or more")
    encoder = _encoder(model)
    matrix = similarity_matrix(encoder.encode(compared))
    unread = [not known for known in encoder.tokenizer.knows(compared)]
    if any(unread) and not as_json:
        names = ", ".join(text for text, unknown in zip(compared, unread, strict=True) if unknown)
        raise UsageError(f"the model {encoder.name} cannot read {names}: there is no similarity to tell")
    matrix[unread], matrix[:, unread] = math.nan, math.nan
    if plot:
        plot_similarity(matrix, compared, plot)
    if as_json:
        put_json({"texts": compared, "similarity": [[round(float(value), 6) for value in row] for row in matrix]})
    elif terminal := console():
        _print_table(terminal, matrix, compared)
    else:
        put("", *compared)
        for text, row in zip(compared, matrix, strict=True):
            put(text, *(f"{value:.4f}" for value in row))


def _encoder(model: str | None) -> Encoder:
    from albert_search.albert.opening import chosen_encoder

    return cast("Encoder", chosen_encoder(model))


def _print_table(terminal: Console, matrix: npt.NDArray[np.float32], texts: Sequence[str]) -> None:
    """Print the matrix, a part of its columns after another where the terminal is too narrow for all of them."""
    from rich.cells import cell_len

    from albert_search.cli.heat_map import decimals, value_range

    places, longest = decimals(*value_range(matrix)), max(map(len, texts))
    numbered = longest > LONG_LABEL_CHARACTERS
    heads = [str(place) if numbered else clean(text) for place, text in enumerate(texts, 1)]
    width = max(places + BESIDE_DECIMALS, *map(cell_len, heads)) + 1
    room = terminal.width - min(max(map(cell_len, texts)), terminal.width // 4) - BESIDE_COLUMNS
    fitting = max(1, room // width)
    for start in range(0, len(texts), fitting):
        terminal.print(_columns(matrix, texts, heads, range(len(texts))[start : start + fitting], numbered=numbered))


def _columns(
    matrix: npt.NDArray[np.float32],
    texts: Sequence[str],
    heads: Sequence[str],
    columns: Sequence[int],
    *,
    numbered: bool,
) -> Table:
    """Return a table of some columns of the matrix, in colours."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from albert_search.cli.heat_map import decimals, value_range

    low, high = value_range(matrix)
    places = decimals(low, high)
    table = Table(box=None, padding=(0, 1), collapse_padding=True)
    if numbered:
        table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for column in columns:
        table.add_column(Text(heads[column]), justify="center", no_wrap=True)
    for place, text in enumerate(texts):
        cells = [
            Padding(
                f"{matrix[place, column]: .{places}f}",
                (0, 1),
                style="dim" if column == place else _style(float(matrix[place, column]), low, high),
            )
            for column in columns
        ]
        table.add_row(*([str(place + 1)] if numbered else []), Text(clean(text)), *cells)
    return table


def _style(value: float, low: float, high: float) -> str:
    """Return the colours of a cell on the scale from low to high."""
    share = (value - low) / (high - low)
    start, end, within = (LOW_RGB, MIDDLE_RGB, share * 2) if share < 0.5 else (MIDDLE_RGB, HIGH_RGB, share * 2 - 1)
    red, green, blue = (round(a + (b - a) * within) for a, b in zip(start, end, strict=True))
    return f"{'black' if share > 0.55 else 'white'} on rgb({red},{green},{blue})"
