"""A real file of each format that is read, each with one sentence of its own and a question that it answers."""

from __future__ import annotations

import json
import lzma
import mailbox
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from docx import Document as NewDocx
from pptx import Presentation
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from tests.support.mails import letter
from tests.support.paths import REPOSITORY

FILES = REPOSITORY / "tests" / "files"


@dataclass(frozen=True, slots=True)
class RealFile:
    """A file of one format.

    Attributes:
        name: Its name.
        sentence: What it says.
        question: What that answers.
        write: Writes the sentence to a file, in that format.
        inner: What the address goes on with, where the sentence stands in a part of the file.
    """

    name: str
    sentence: str
    question: str
    write: Callable[[Path, str], None]
    inner: str = ""

    def put(self, folder: Path) -> Path:
        """Write the file into a folder."""
        path = folder / self.name
        self.write(path, self.sentence)
        return path


def _text(template: str) -> Callable[[Path, str], None]:
    def write(path: Path, sentence: str) -> None:
        path.write_text(template.replace("@", sentence), encoding="utf-8")

    return write


def _copy(path: Path, sentence: str) -> None:
    shutil.copyfile(FILES / path.name, path)


def _write_docx(path: Path, sentence: str) -> None:
    document = NewDocx()
    document.add_heading("A report", 1)
    document.add_paragraph(sentence)
    document.save(str(path))


def _write_pdf(path: Path, sentence: str) -> None:
    styles = getSampleStyleSheet()
    SimpleDocTemplate(str(path), title="A report").build([Paragraph(sentence, styles["BodyText"])])


def _write_pptx(path: Path, sentence: str) -> None:
    presentation = Presentation()
    presentation.core_properties.title = "A talk"
    for title, text in (("Beginning", "This is where it began."), ("Middle", sentence)):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    presentation.save(str(path))


def _write_xlsx(path: Path, sentence: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in (["Number", "Remark", "Price"], [7, sentence, 4.5], [8, "This row is about something else.", 3]):
        sheet.append(row)
    workbook.save(path)


def _write_eml(path: Path, sentence: str) -> None:
    path.write_bytes(letter(sentence).as_bytes())


def _write_mbox(path: Path, sentence: str) -> None:
    box = mailbox.mbox(path)
    box.add(letter("This letter says nothing of interest."))
    box.add(letter(sentence))
    box.close()


def _write_notebook(path: Path, sentence: str) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "import numpy"},
        {"cell_type": "markdown", "metadata": {}, "source": ["# Notes\n", "\n", sentence]},
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def _write_zip(path: Path, sentence: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes/inner.md", f"# Inside\n\n{sentence}\n")


def _write_tar(path: Path, sentence: str) -> None:
    inner = path.parent / ".inner.txt"
    inner.write_text(sentence, encoding="utf-8")
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
        archive.add(inner, "inner.txt")
    inner.unlink()


def _write_compressed(path: Path, sentence: str) -> None:
    path.write_bytes(lzma.compress(sentence.encode()))


REAL_FILES = (
    RealFile("a.txt", "The lighthouse keeper feeds the gulls at dawn.",
             "who gives food to the sea birds in the morning?", _text("@\n")),
    RealFile("b.md", "The library lends out umbrellas on rainy days.",
             "can I borrow something against the rain?", _text("# Services\n\n@\n")),
    RealFile("c.rst", "The bakery sells yesterday's rolls at half the price.",
             "where is old bread cheaper?", _text("Offers\n======\n\n@\n")),
    RealFile("d.html", "The museum is free for children under twelve.",
             "do kids pay to see the exhibition?", _text("<html><body><h1>Visit</h1><p>@</p></body></html>\n")),
    RealFile("e.pdf", "Earthquakes are measured by a pendulum that draws a line.",
             "how is the strength of an earthquake recorded?", _write_pdf),
    RealFile("f.docx", "The gardener waters the tomatoes before sunrise.",
             "when are the tomatoes watered?", _write_docx),
    RealFile("g.csv", "The camera has a battery that lasts two weeks.",
             "how long can I take photos without charging?", _text("sku,review,stars\nx1,@,5\nx2,It is too heavy.,2\n"),
             "#row=1"),
    RealFile("h.jsonl", "The vaccine must be kept in a refrigerator.",
             "how is the medicine against infection stored?", _text('{"id": 1, "text": "@"}\n'), "#row=1"),
    RealFile("i.json", "The password must be changed after the first login.",
             "what must a new user do with the secret word?", _text('{"help": {"accounts": ["@"]}}\n')),
    RealFile("j.yaml", "The elevator stops automatically during a fire alarm.",
             "what does the lift do during a fire?", _text("safety:\n  lift: >\n    @\n")),
    RealFile("k.toml", "The thermostat lowers the heating at night.",
             "when is it colder in the house by itself?", _text('[home]\nheating = "@"\n')),
    RealFile("l.org", "The tailor shortened the sleeves of the wedding dress.",
             "who altered the clothes of the bride?", _text("* Work done\n@\n")),
    RealFile("m.adoc", "The glacier has lost a third of its ice since 1950.",
             "how much has the frozen river in the mountains shrunk?", _text("== Climate\n\n@\n")),
    RealFile("n.tex", "The orchestra tunes its instruments to the oboe.",
             "which woodwind gives the note that musicians agree on?",
             _text("\\documentclass{article}\n\\begin{document}\n\\section{Music}\n@\n\\end{document}\n")),
    RealFile("o.srt", "The astronaut sleeps in a bag tied to the wall.",
             "how do people rest in space?", _text("1\n00:01:02,000 --> 00:01:05,000\n@\n")),
    RealFile("p.vtt", "The beekeeper moves slowly so that nobody gets stung.",
             "why is the man with the hives never in a hurry?", _text("WEBVTT\n\n00:02.000 --> 00:05.000\n<v Ann>@\n")),
    RealFile("q.ipynb", "The outliers were removed before the average was computed.",
             "what was done with extreme values in the data?", _write_notebook),
    RealFile("r.pptx", "Sales fell because the factory was flooded in spring.",
             "why did the company earn less money?", _write_pptx),
    RealFile("s.xlsx", "The bridge is closed to trucks until it is repaired.",
             "may trucks cross the bridge?", _write_xlsx, "/Plan#row=1"),
    RealFile("t.eml", "The contract ends on the last day of June.",
             "until when does our agreement hold?", _write_eml),
    RealFile("u.mbox", "The dentist has no appointment free before autumn.",
             "when is an appointment with the dentist possible?", _write_mbox, "/2"),
    RealFile("v.zip", "The wolf howls to call its pack together.",
             "why do wild dogs sing at the moon?", _write_zip, "/notes/inner.md"),
    RealFile("w.tar.gz", "Silk is spun by caterpillars that eat mulberry leaves.",
             "which insect makes a fine fabric?", _write_tar, "/inner.txt"),
    RealFile("x.log.xz", "The server was restarted because the disk was full.",
             "why did the machine have to boot again?", _write_compressed, "/x.log"),
    RealFile("y.py", "Returns the distance between two cities along the road.",
             "which function tells how far towns are from each other?", _text('def far(a, b):\n    """@"""\n')),
    RealFile("chapel.odt", "The bell of the chapel was cast in bronze three hundred years ago.",
             "how old is the church bell?", _copy),
    RealFile("honey.rtf", "Honey never spoils if the jar is closed.", "does honey go bad?", _copy),
    RealFile("island.epub", "The captain hid the map under the floor of the cabin.",
             "where did the captain put the map?", _copy),
    RealFile("birds.odp", "Penguins share their warmth by standing close together.",
             "how do penguins not freeze?", _copy),
    RealFile("stock.ods", "This telescope shows the rings of Saturn.",
             "with what can I see planets?", _copy, "/Stock#row=1"),
    RealFile("workshop.xls", "The violin was repaired with glue made of fish.",
             "how was the violin mended?", _copy, "/Workshop#row=1"),
    RealFile("ferry.msg", "The ferry to the island does not sail when the wind is too strong.",
             "in which wind does the ferry not sail?", _copy),
)  # fmt: skip
