"""`.github/SECURITY.md` promises what tests keep: each line names some, and they are there."""

from __future__ import annotations

import re

from tests.support.paths import REPOSITORY


def test_each_line_of_the_threat_model_names_its_tests() -> None:
    text = (REPOSITORY / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    for row in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)`", row.rsplit("|", 2)[1])
        assert tests, row
        assert [test for test in tests if not (REPOSITORY / test).is_file()] == [], row
    assert (REPOSITORY / "scripts" / "test_lowest").is_file()
