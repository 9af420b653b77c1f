from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.retrieval_sets import DOCUMENTS, JUDGEMENTS, QUESTIONS, write_set


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    """A retrieval set of six documents and four judged questions."""
    return write_set(tmp_path / "kitchen", DOCUMENTS, QUESTIONS, JUDGEMENTS)
