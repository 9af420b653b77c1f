"""Spreadsheets of all three formats."""

from __future__ import annotations

import shutil
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from albert_search.errors import ReadError
from albert_search.readers import ReadOptions, read
from albert_search.types import Document, Note
from tests.support.reading import texts
from tests.support.real_files import FILES


def documents(path: Path, options: ReadOptions | None = None) -> dict[str, Document]:
    """Return the documents by what follows the path of the file in their addresses."""
    found = read(path, options or ReadOptions())
    return {item.uri.removeprefix(str(path)): item for item in found if isinstance(item, Document)}


def write(path: Path) -> Path:
    """Write a table below a line of its own, a sheet that is none, and a hidden sheet."""
    workbook = openpyxl.Workbook()
    table = workbook.active
    assert table is not None
    table.title = "Prices 2024"
    rows: list[list[object]] = [
        ["Price list"],
        [],
        ["Kind", "Remark", "Price", "Since", "Share", "Sold out", "Sum"],
        ["rye", "Rye keeps for a long time.", 4.0, date(2024, 3, 1), 0.15, True, "=C4*2"],
        ["wheat", "Wheat rises at once.", 0.1 + 0.2, datetime(2024, 3, 2, 10, 30), 0.2, False, "=C5*2"],
    ]
    for row in rows:
        table.append(row)
    table["E4"].number_format = table["E5"].number_format = "0%"
    notes = workbook.create_sheet("Notes")
    notes["B2"] = "The oven was repaired in May."
    notes["B4"] = "Ask Ann for the key."
    workbook.create_sheet("Secret").sheet_state = "hidden"
    workbook.save(path)
    return path


def test_a_row_of_a_table_is_a_document_with_sheet_and_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = write(path)
    found = documents(workbook)
    assert list(found) == ["/Prices 2024#row=1", "/Prices 2024#row=2", "/Notes"]
    first, second = found["/Prices 2024#row=1"], found["/Prices 2024#row=2"]
    assert (first.text, first.row, first.blocks[0].line) == ("Rye keeps for a long time.", 1, 4)
    assert first.metadata == {
        "sheet": "Prices 2024", "above": "Price list", "Kind": "rye", "Price": "4", "Since": "2024-03-01",
        "Share": "15%", "Sold out": "TRUE", "Sum": "",
    }  # fmt: skip
    assert (second.metadata["Price"], second.metadata["Since"]) == ("0.3", "2024-03-02T10:30:00")


def test_a_sheet_that_is_no_table_is_one_document(tmp_path: Path) -> None:
    notes = documents(write(tmp_path / "a.xlsx"))["/Notes"]
    assert texts(notes) == ["The oven was repaired in May.", "Ask Ann for the key."]
    assert [block.line for block in notes.blocks] == [2, 4]
    assert notes.metadata == {"sheet": "Notes"}


def test_a_hidden_sheet_is_left_out_and_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    assert Note(f"{path}/Secret", "it is a hidden sheet and left out") in list(read(path))


@pytest.mark.parametrize("name", ["stock.ods", "workshop.xls"])
def test_the_other_formats_say_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copyfile(FILES / name, path)
    found = documents(path)
    if name == "stock.ods":
        assert list(found) == ["/Stock#row=1", "/Stock#row=2", "/Remarks"]
        first = found["/Stock#row=1"]
        assert (first.text, first.blocks[0].line) == ("This telescope shows the rings of Saturn.", 2)
        assert first.metadata == {
            "sheet": "Stock", "Item": "T1", "Price": "250.5", "Since": "2024-03-01", "Share": "15%",
        }  # fmt: skip
        assert Note(f"{path}/Costs", "it is a hidden sheet and left out") in list(read(path))
    else:
        assert found["/Workshop#row=1"].metadata == {
            "sheet": "Workshop", "Job": "J1", "Hours": "3", "Done": "2024-03-01"
        }  # fmt: skip


def test_text_columns_may_be_chosen_and_a_sheet_without_them_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    options = ReadOptions(text_fields=("Kind",))
    assert documents(path, options)["/Prices 2024#row=1"].text == "rye"


def test_cells_far_away_cost_neither_time_nor_memory(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"] = "Here."
    sheet.cell(1_000_000, 16_000, "Far away.")
    workbook.save(tmp_path / "a.xlsx")
    started = time.process_time()
    assert texts(documents(tmp_path / "a.xlsx")["/Sheet"]) == ["Here.", "Far away."]
    assert time.process_time() - started < 5


def test_rows_that_stand_for_a_million_are_read_as_a_few(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(FILES / "stock.ods") as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "content.xml":
                data = data.replace(b"<table:table-row ", b'<table:table-row table:number-rows-repeated="1000000" ')
                data = data.replace(
                    b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="1000000" '
                )
            new.writestr(info, data)
    started = time.process_time()
    found = list(read(path))
    assert time.process_time() - started < 20
    assert len(found) < 5_000


def test_an_encrypted_workbook_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))
    with pytest.raises(ReadError, match="encrypted"):
        list(read(tmp_path / "a.xlsx"))
