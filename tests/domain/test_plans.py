"""What a host may prepare: bad values get the path of the field and a sentence (A2)."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.activity import read_plan
from mapapp.domain.fields import BadValue
from mapapp.domain.kinds import ACTIVITY_KINDS, compiled, stored
from mapapp.domain.surface import read_surface

# Fields that there are, and others.
NAMES = st.sampled_from(
    "question kind surface settings view lat lng zoom zones axes x y id label box polygon "
    "targets answer seconds hidden bounds min_zoom names other".split()
)
AGREE = {"id": "agree", "label": "Agree", "box": [-1, 0, 1, 1]}
TRIANGLE = {"id": "t", "label": "T", "polygon": [[0, 0], [0, 2], [2, 0]]}


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({}, "question"),
        ({"question": "  "}, "question"),
        ({"question": 5}, "question"),
        ({"question": "?", "rules": "own"}, "rules"),
        ({"question": "?", "kind": "nothing"}, "kind"),
        ({"question": "?", "kind": ["own"]}, "kind"),
        ({"question": "?", "settings": []}, "settings"),
        ({"question": "?", "settings": {"anyone_adds": True}}, "settings.anyone_adds"),
        ({"question": "?", "settings": {"markers_each": True}}, "settings.markers_each"),
        ({"question": "?", "settings": {"markers_each": 0}}, "settings.markers_each"),
        ({"question": "?", "settings": {"seconds": 4}}, "settings.seconds"),
        ({"question": "?", "kind": "shared", "settings": {"hidden": True}}, "settings.hidden"),
        ({"question": "?", "kind": "guess", "settings": {"targets": 3}}, "settings.targets"),
        (
            {"question": "?", "kind": "guess", "settings": {"targets": [[91, 0, 0]]}},
            "settings.targets[0]",
        ),
        ({"question": "?", "surface": {"kind": "moon"}}, "surface.kind"),
        ({"question": "?", "surface": {"view": {"lat": 1, "lng": 2}}}, "surface.view.zoom"),
        (
            {"question": "?", "surface": {"view": {"lat": 86, "lng": 2, "zoom": 3}}},
            "surface.view.lat",
        ),
        (
            {"question": "?", "surface": {"view": {"lat": float("nan"), "lng": 2, "zoom": 3}}},
            "surface.view.lat",
        ),
        ({"question": "?", "surface": {"bounds": [2, 0, 1, 3]}}, "surface.bounds"),
        ({"question": "?", "surface": {"min_zoom": 5, "max_zoom": 4}}, "surface.max_zoom"),
        ({"question": "?", "surface": {"axes": {"x": ["a", "b"]}}}, "surface.axes"),
        ({"question": "?", "surface": {"kind": "plane", "axes": {"y": ["a", "b"]}}},
         "surface.axes.x"),
        ({"question": "?", "surface": {"zones": [AGREE, AGREE]}}, "surface.zones[1].id"),
        ({"question": "?", "surface": {"zones": [{**AGREE, "id": "A!"}]}}, "surface.zones[0].id"),
        ({"question": "?", "surface": {"zones": [{"id": "a", "label": "A"}]}},
         "surface.zones[0].box"),
        ({"question": "?", "surface": {"zones": [{**AGREE, **TRIANGLE}]}}, "surface.zones[0].box"),
        ({"question": "?", "surface": {"zones": [AGREE] * 21}}, "surface.zones"),
        ({"question": "?", "surface": {"nonsense": 1}}, "surface.nonsense"),
        ([], ""),
    ],
)  # fmt: skip
def test_a_bad_value_is_named(plan: Any, field: str) -> None:
    with pytest.raises(BadValue) as bad:
        read_plan(plan)
    assert bad.value.field == field
    assert bad.value.message.endswith(".")


@pytest.mark.parametrize("kind", sorted(ACTIVITY_KINDS))
def test_a_plan_comes_back_from_json_as_it_was(kind: str) -> None:
    surface = {
        "kind": "plane",
        "axes": {"x": ["Disagree", "Agree"], "y": ["Hard", "Easy"]},
        "zones": [AGREE, TRIANGLE],
        "names": False,
        "bounds": [-1, -1, 1, 1],
        "max_zoom": 12,
    }
    plan = read_plan({"kind": kind, "question": "Where?", "surface": surface}).data()
    again = read_plan(json.loads(json.dumps(plan))).data()
    assert again == plan
    assert json.loads(json.dumps(again)) == json.loads(json.dumps(plan))


def test_what_a_newer_version_has_stored_is_read_as_far_as_it_is_known() -> None:
    kind = stored("own", json.dumps({"markers_each": 3, "brand_new": [1]}))
    assert kind.settings["markers_each"] == 3
    strange = stored("own", json.dumps({"markers_each": "many"}))
    assert not strange.adds(), "what is not understood allows nothing"


def test_a_guess_keeps_its_answer_until_it_is_revealed() -> None:
    kind = compiled("guess", {"targets": [[1, 2, 0]], "answer": "Oslo", "seconds": 30})
    assert kind.hides
    assert kind.public(revealed=False) == {"seconds": 30}
    assert kind.public(revealed=True)["answer"] == "Oslo"


@pytest.mark.parametrize(
    ("lat", "lng", "zone"),
    [(0.5, 0.5, "agree"), (-0.5, -0.5, ""), (0.5, -0.1, ""), (1.5, 0.2, "t"), (1.5, 0.9, "")],
)
def test_a_position_is_in_a_zone(lat: float, lng: float, zone: str) -> None:
    assert read_surface({"kind": "plane", "zones": [AGREE, TRIANGLE]}).zone_at(lat, lng) == zone


def test_a_plane_opens_on_itself() -> None:
    plane = read_surface({"kind": "plane"})
    assert (plane.lat, plane.lng) == (0.0, 0.0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_anything_that_is_json_is_read_or_refused_and_nothing_else(given_: Any) -> None:
    """A2: neither a client nor a file makes anything raise but what is meant to be told."""
    whole = {"question": "?", "surface": given_, "settings": given_}
    for plan in (given_, whole, {**whole, "kind": "guess"}, {"question": given_}):
        with suppress(BadValue):
            read = read_plan(plan)
            assert read_plan(json.loads(json.dumps(read.data()))).data() == read.data()
