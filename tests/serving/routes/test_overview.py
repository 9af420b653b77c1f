"""``/info``, ``/map``, ``/metrics``, ``/health``."""

from __future__ import annotations

from typing import Any

import hypothesis.extra.numpy as some_numpy
import numpy as np
import pytest
from hypothesis import given
from prometheus_client.parser import text_string_to_metric_families

from albert_search.serving.projection import principal_plane


def figures(client: Any) -> dict[str, float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def test_info(reading: Any, collection: Any) -> None:
    info = reading.get("/info").json()
    assert (info["read_only"], info["index"]["documents"], info["index"]["sentences"]) == (False, 5, 506)
    assert info["index"]["folder"] == str(collection)


def test_health_says_nothing_but_that_it_is_well(guarded: Any) -> None:
    assert guarded.get("/health").json() == {"status": "ok"}


def test_metrics_count_requests_by_route_and_never_by_address(writing: Any) -> None:
    before = figures(writing)
    for number in range(3):
        writing.post("/search", json={"question": f"question {number}"})
        writing.get(f"/no/such/place/{number}")
    writing.post("/documents", json={"documents": [{"text": "One more."}]})
    after = figures(writing)
    assert after["albert_search_requests_total POST /search 200"] == 3
    assert after["albert_search_requests_total GET other 404"] == 3
    assert after["albert_search_request_seconds_count /search"] == 3
    assert after["albert_search_encoder_batch_texts_sum"] >= 3
    assert after["albert_search_documents"] == before["albert_search_documents"] + 1
    assert not any("place" in name for name in after)


def test_methods_that_nobody_knows_are_counted_as_one(writing: Any) -> None:
    for method in ("BREW", "PROPFIND", "X" * 3000):
        writing.request(method, "/info")
    counted = [
        name for name in figures(writing) if name.startswith("albert_search_requests_total") and "GET" not in name
    ]
    assert counted == ["albert_search_requests_total other /info 405"]


def test_the_map_shows_every_text_once_where_there_are_few(reading: Any) -> None:
    drawn = reading.get("/map").json()
    assert drawn["total"] == 506
    assert len({point["text"] for point in drawn["points"]}) == len(drawn["points"]) == 506
    assert max(max(abs(point["x"]), abs(point["y"])) for point in drawn["points"]) == pytest.approx(1)


def test_the_map_follows_the_index(writing: Any) -> None:
    before = writing.get("/map").json()
    assert writing.get("/map").json() == before
    writing.post("/documents", json={"documents": [{"text": "Something new to see.", "uri": "new"}]})
    assert writing.get("/map").json()["total"] == before["total"] + 1


def test_the_plane_is_that_of_the_largest_singular_values() -> None:
    vectors = np.random.default_rng(7).normal(size=(200, 24)).astype(np.float32) * np.linspace(
        1, 3, 24, dtype=np.float32
    )
    plane, explained = principal_plane(vectors)
    left, sizes, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    expected = left[:, :2] * sizes[:2]
    np.testing.assert_allclose(np.abs(plane), np.abs(expected / np.abs(expected).max()), atol=1e-3)
    assert explained == pytest.approx((sizes[:2] ** 2).sum() / (sizes**2).sum(), abs=1e-4)


@given(
    some_numpy.arrays(
        np.float32,
        some_numpy.array_shapes(min_dims=2, max_dims=2, max_side=8),
        elements={"min_value": -1, "max_value": 1},
    )
)
def test_any_vectors_give_a_plane_within_bounds(vectors: Any) -> None:
    if vectors.shape[1] < 2:
        return
    plane, explained = principal_plane(vectors)
    assert plane.shape == (len(vectors), 2)
    assert np.isfinite(plane).all()
    assert np.abs(plane).max(initial=0) <= 1
    assert 0 <= explained <= 1
