"""Whatever the OpenAPI document allows is answered as it says, and whatever it forbids is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.support.server import copy_of, serving

OPERATIONS = {
    "search": "/search", "search_by_address": "/search", "similar": "/similar", "embed": "/embed",
    "similarity": "/similarity", "openai_embeddings": "/v1/embeddings", "list_documents": "/documents",
    "add_documents": "/documents", "remove_documents": "/documents", "read_document": "/documents/sentences",
    "rerank": "/v1/rerank", "info": "/info", "map": "/map", "metrics": "/metrics", "health": "/health",
}  # fmt: skip


@pytest.fixture(scope="module")
def description(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with serving(copy_of(collection, tmp_path_factory.mktemp("described"))) as client:
        yield schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")


@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_answers_are_what_the_document_says(description: Any, operation_id: str, mode: Any, examples: int) -> None:
    operation = description.find_operation_by_id(operation_id)
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
        pytest.skip("it takes nothing that could be wrong")

    @given(operation.as_strategy(mode))
    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def answers(case: Any) -> None:
        # A filter, as text, may be well formed and make no sense; then it is refused, and rightly.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    answers()


def test_every_operation_is_described(reading: Any) -> None:
    document = reading.get("/openapi.json").json()
    operations = [(path, way, what) for path, ways in document["paths"].items() for way, what in ways.items()]
    assert {what["operationId"]: path for path, _, what in operations} == OPERATIONS
    for path, way, what in operations:
        assert what["description"], (path, way)
        assert what["responses"]["4XX"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/FailureAnswer"
        }
