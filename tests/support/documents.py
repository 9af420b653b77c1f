"""Real files of the formats that cannot be typed as text."""

from __future__ import annotations

from pathlib import Path

from docx import Document as NewDocx
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

LONG = (
    "The harbour was built in the nineteenth century by engineers who had never seen the sea, "
    "and it shows in every stone of the breakwater, which leans towards the town as if it were afraid of the waves. "
)


def write_pdf(path: Path, *, password: str = "") -> Path:
    """Write four pages: each has a running head; the first paragraph is long enough to run over a page break."""

    def head(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.drawString(60, 560, f"Harbour Report {document.page}")

    styles = getSampleStyleSheet()
    encryption = pdfencrypt.StandardEncryption(password, canPrint=0) if password else None
    template = SimpleDocTemplate(
        str(path), pagesize=A5, title="Harbours", subject="Stones", author="Ada Wells", encrypt=encryption
    )
    story = [
        Paragraph("Beginnings", styles["Heading1"]),
        Paragraph(LONG * 18, styles["BodyText"]),
        Paragraph("A second paragraph is short.", styles["BodyText"]),
        PageBreak(),
        Paragraph("Third page here.", styles["BodyText"]),
        PageBreak(),
        Paragraph("Fourth page here.", styles["BodyText"]),
    ]
    template.build(story, onFirstPage=head, onLaterPages=head)
    return path


def write_hyphenated_pdf(path: Path) -> Path:
    """Write a page whose lines break two words, one of which is a compound that also stands unbroken."""
    canvas = Canvas(str(path), pagesize=A5)
    text = canvas.beginText(60, 500)
    for line in ("The commit-", "tee praised the well-", "known and well-known design."):
        text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return path


def write_picture_pdf(path: Path) -> Path:
    """Write a page that holds lines and no text."""
    canvas = Canvas(str(path), pagesize=A5)
    canvas.line(0, 0, 300, 300)
    canvas.save()
    return path


def write_docx(path: Path) -> Path:
    """Write headings of two levels, paragraphs, a list and a table."""
    document = NewDocx()
    document.core_properties.title = "Bread"
    document.core_properties.author = "Jo Miller"
    document.add_heading("Bread", 0)
    document.add_heading("Flour", 1)
    document.add_paragraph("Rye keeps ").add_run("longer").bold = True
    document.add_heading("Wheat", 2)
    document.add_paragraph("Wheat rises.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Kind", "Hours", "Rye", "12"), strict=True):
        cell.text = text
    document.add_heading("Water", 1)
    document.add_paragraph("Café water.")
    document.save(str(path))
    return path
