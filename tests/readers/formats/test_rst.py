from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.reading import ReadText, lines, texts

SOURCE = """\
=====
Title
=====

:Author: Ada

See :ref:`the index <genindex>`, :meth:`~list.append` and *this*
`link <https://example.org>`_.

Sub
---

- one
  wrapped
- two

.. versionchanged:: 3.9
   Now with :func:`foo`.

.. py:function:: f(x, *rest)
   :module: m

   Does it.

.. code-block:: python
   :linenos:

   x = 1

=== ===
A   B
=== ===
1   2
=== ===

.. toctree::

   other
.. a comment
"""


def test_markup_becomes_readable_text_and_lines_are_those_of_the_source(read_text: ReadText) -> None:
    document = read_text("a.rst", SOURCE)
    assert list(zip(lines(document), texts(document), strict=True)) == [
        (2, "Title"),
        (7, "See the index, append and this\nlink."),
        (10, "Sub"),
        (13, "one\nwrapped"),
        (15, "two"),
        (17, "3.9\nNow with foo."),
        (20, "f(x, *rest)"),
        (23, "Does it."),
        (28, "x = 1"),
        (31, "A | B"),
        (33, "1 | 2"),
    ]
    assert document.metadata == {"author": "Ada"}
    assert document.blocks[-1].headings == ("Title", "Sub")


def test_other_files_are_not_read(read_text: ReadText, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    document = read_text(
        "a.rst",
        f"""
Text.

.. include:: {tmp_path}/secret.txt

.. raw:: html
   :file: {tmp_path}/secret.txt

.. csv-table::
   :file: {tmp_path}/secret.txt

.. literalinclude:: secret.txt
""",
    )
    assert "secret words" not in document.text
    assert document.text.startswith("Text.")
    assert capsys.readouterr() == ("", "")
