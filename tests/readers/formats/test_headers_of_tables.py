"""Tables as people have them: expected rows and names are written by hand, after public reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from albert_search.readers import ReadOptions, read
from albert_search.types import Document, Note


def table(path: Path, *fields: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return each row with its text under ``TEXT``, and the notes."""
    found = list(read(path, ReadOptions(text_fields=fields)))
    rows = [{"TEXT": item.text, **item.metadata} for item in found if isinstance(item, Document)]
    return rows, [item.text for item in found if isinstance(item, Note)]


def written(tmp_path: Path, content: str, *fields: str, name: str = "a.csv") -> tuple[list[dict[str, Any]], list[str]]:
    (tmp_path / name).write_text(content, encoding="utf-8")
    return table(tmp_path / name, *fields)


def case(shared: Path, name: str, *fields: str) -> tuple[list[dict[str, Any]], list[str]]:
    return table(shared / "cases" / name, *fields)


def test_a_blank_first_name_as_pandas_writes_it(shared: Path) -> None:
    rows, notes = case(shared, "01-csv-blank-first-header/reviews.csv")
    assert rows[0] == {
        "TEXT": "The kettle stopped heating after two weeks.",
        "column 1": "0",
        "rating": "1",
        "country": "France",
    }
    assert len(rows) == 3
    assert notes == ["line 1 names the columns: column 1, review, rating, country"]
    assert len(case(shared, "01-csv-blank-first-header/reviews.csv", "review")[0]) == 3


def test_questions_as_names(shared: Path) -> None:
    rows, _ = case(shared, "02-csv-survey-header/survey.csv")
    assert [row["Role"] for row in rows] == ["Teacher", "Student"]
    assert rows[1]["TEXT"] == "The room was too cold for the whole morning."
    assert "Timestamp" in rows[0]
    assert "How satisfied are you with the workshop?" in rows[0]


def test_a_name_that_stands_twice(shared: Path) -> None:
    rows, notes = case(shared, "03-csv-duplicate-columns/t.csv")
    assert [row["author"] for row in rows] == ["Ann", "Bob"]
    assert notes == ["line 1 names the columns: id, note, note (2), author"]


def test_a_first_record_that_is_no_header(shared: Path) -> None:
    rows, notes = case(shared, "04-csv-no-header/faq.csv")
    assert [row["TEXT"] for row in rows] == [
        "Where can I see my invoices",
        "How do I change my credit card",
        "Why is my phone not charging",
    ]
    assert notes == ["no line names the columns, so they are called column 1 and so on"]


def test_a_quote_that_is_never_closed(shared: Path) -> None:
    rows, notes = case(shared, "05-csv-stray-quote/feet.csv")
    assert [row["price"] for row in rows] == ["12", "130", "130", "30", "80", "45"]
    assert rows[1]["TEXT"] == '"24 inch" screen with a stand'
    assert notes[1].startswith("a quotation mark that encloses no cell stands on lines 3, 4")


def test_a_quote_behind_a_backslash(shared: Path) -> None:
    rows, notes = case(shared, "05-csv-stray-quote/items.csv")
    assert rows[1] == {"TEXT": 'The screen measures 24" across', "id": "2", "price": "130"}
    assert len(rows) == 6
    assert len(notes) == 1


def test_a_tab_separated_cell_that_begins_with_a_quote(shared: Path) -> None:
    rows, _ = case(shared, "05b-tsv-stray-quote/places.tsv")
    assert [row["place"] for row in rows] == ["North", "London", "Paris", "Pisa"]
    assert rows[1]["TEXT"] == '"Big Ben rings every hour.'


@pytest.mark.parametrize("name", ["sep.csv", "a.csv", "b.csv"])
def test_semicolons_and_the_line_by_which_excel_names_them(shared: Path, name: str) -> None:
    rows, _ = case(shared, f"07-csv-semicolon/{name}")
    assert [row["Preis"] for row in rows] == ["12,50", "99,00", "80,00"]
    assert rows[0]["TEXT"] == "Die Lampe, groß und hell, kostet nur 12,50 Euro."


def test_lines_above_the_header(tmp_path: Path) -> None:
    rows, notes = written(
        tmp_path,
        "Account;DE89 3704 0044\nPeriod;01.01.2024 - 31.01.2024\n\n"
        "Date;Purpose;Amount;Currency\n02.01.2024;Rent for the month of January;-900,00;EUR\n"
        "05.01.2024;Refund from the dentist;40,00;EUR\n",
    )
    assert [row["Amount"] for row in rows] == ["-900,00", "40,00"]
    assert rows[0]["TEXT"] == "Rent for the month of January"
    assert rows[0]["above"] == "Account DE89 3704 0044\nPeriod 01.01.2024 - 31.01.2024"
    assert notes == ["line 4 names the columns: Date, Purpose, Amount, Currency"]


def test_a_title_above_the_header_padded_with_empty_cells(tmp_path: Path) -> None:
    rows, _ = written(
        tmp_path,
        "Staff list of the north branch,,\n,,\nname,role,since\nAnn Lee,cook,2011\nBo Ray,driver,2019\n",
    )
    assert [row["since"] for row in rows] == ["2011", "2019"]
    assert rows[0]["above"] == "Staff list of the north branch"


def test_years_as_names(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, "Country,2019,2020,2021\nNorway,5.3,5.4,5.4\nPeru,32.5,33.0,33.7\n")
    assert [row["2020"] for row in rows] == ["5.4", "33.0"]
    rows, _ = written(tmp_path, "Region,2019,2020\nNorth,120,310\nSouth,90,85\n")
    assert [row["2019"] for row in rows] == ["120", "90"]


def test_numbers_that_are_no_names(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, "Norway,5.3,7\nPeru,32.5,9\nChad,17.2,4\n")
    assert len(rows) == 3


def test_empty_cells_at_the_ends(tmp_path: Path) -> None:
    rows, notes = written(tmp_path, "id,text,place,,\n1,The mill is old.,North,,\n2,The tower is tall.,South,,,\n")
    assert rows == [
        {"TEXT": "The mill is old.", "id": "1", "place": "North"},
        {"TEXT": "The tower is tall.", "id": "2", "place": "South"},
    ]
    assert len(notes) == 1


def test_cells_without_a_name_are_kept_and_told(tmp_path: Path) -> None:
    rows, notes = written(tmp_path, "id,text,place\n1,The mill is old.,North\n2,The tower, which is tall,South\n")
    assert rows[1] == {"TEXT": "The tower", "id": "2", "place": " which is tall,South"}
    assert notes[1] == "1 row with more cells than there are columns; the last column has the rest"


def test_a_cell_that_really_runs_over_lines(tmp_path: Path) -> None:
    rows, notes = written(
        tmp_path,
        'id,text,price\n1,"Dear all,\nwe meet at noon,\nas ever, in room 4.",12\n'
        '2,"He said ""no"", twice",13\n3,Bye now,14\n',
    )
    assert [row["TEXT"] for row in rows] == [
        "Dear all,\nwe meet at noon,\nas ever, in room 4.",
        'He said "no", twice',
        "Bye now",
    ]
    assert len(notes) == 1


def test_two_stray_quotes_do_not_make_one_cell(tmp_path: Path) -> None:
    rows, _ = written(
        tmp_path,
        'id,text,price\n1,"Screen of 24 inch,10\n2,A lamp,20\n3,A rug,30\n4,Another screen of 24",40\n5,Oak,50\n',
    )
    assert [row["price"] for row in rows] == ["10", "20", "30", "40", "50"]


def test_quotes_behind_separator_and_space(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, 'id, text, place\n1, "The mill, which is old, turns.", North\n2, "It stands.", South\n')
    assert rows[0] == {"TEXT": "The mill, which is old, turns.", "id": "1", "place": "North"}


def test_a_windows_path_is_no_escape(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, 'id,text,path\n1,"The file, saved there.","C:\\data\\"\n2,The next one is here.,D:\\\n')
    assert [row["path"] for row in rows] == ["C:\\data\\", "D:\\"]


def test_names_below_which_all_is_words(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, "name,city\nAnn,Oslo\nBob,Paris\n")
    assert [row["TEXT"] for row in rows] == ["Ann\n\nOslo", "Bob\n\nParis"]
    rows, _ = written(tmp_path, "Ann,Oslo\nBob,Paris\nCleo,Oslo\n")
    assert len(rows) == 3


def test_a_file_of_quotes_alone_takes_no_long_time(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, "id,text\n" + '1,"a\n' * 20_000)
    assert len(rows) == 20_000


def test_a_column_of_sentences_with_one_comma_each(tmp_path: Path) -> None:
    rows, _ = written(tmp_path, "text\nYes, I think so\nNo, not at all\nWell, who knows\n")
    assert [row["TEXT"] for row in rows] == ["Yes, I think so", "No, not at all", "Well, who knows"]
