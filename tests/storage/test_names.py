"""No two people come to a room with one name."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mapapp.domain.changes.markers import Add, Edit
from mapapp.domain.changes.people import Name
from mapapp.models import Participant
from mapapp.rooms.creation import CreatedRoom, create_room
from mapapp.storage.store import DatabaseStore
from tests.storage.people import Someone, ask

pytestmark = pytest.mark.django_db(transaction=True)


def names_in(store: DatabaseStore, opened: CreatedRoom) -> dict[int, str]:
    stored = store.open(opened.room.code)
    assert stored is not None
    return {number: person.name for number, person in stored.state.people.items()}


@pytest.mark.parametrize("together", [True, False])
def test_the_second_who_comes_with_a_name_gets_it_with_their_number(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, together: bool
) -> None:
    others = [Someone("Ada", opened.room) for _ in range(2)]
    asked = [person.asks(Add(1, 2)) for person in (ada, *others)]
    for batch in [asked] if together else [[one] for one in asked]:
        ask(store, *batch)
    assert names_in(store, opened) == {1: "Ada", 2: "Ada 2", 3: "Ada 3"}


def test_names_that_people_choose_may_be_equal(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone, bob: Someone
) -> None:
    ask(store, ada.asks(Add(1, 2)), bob.asks(Add(1, 2)))
    ask(store, bob.asks(Name("Ada")))
    eve = Someone("Eve", opened.room)
    ask(store, eve.asks(Name("Ada")))
    ask(store, eve.asks(Add(1, 2)))
    assert names_in(store, opened) == {1: "Ada", 2: "Ada", 3: "Ada"}


def test_a_name_that_somebody_came_with_is_not_given_again(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone
) -> None:
    """Others may still have it in mind, and it may be in the changes they read."""
    ask(store, ada.asks(Add(1, 2)))
    ask(store, ada.asks(Name("Countess")))
    ask(store, Someone("Ada", opened.room).asks(Add(1, 2)))
    assert names_in(store, opened) == {1: "Countess", 2: "Ada 2"}
    assert list(Participant.objects.order_by("number").values_list("came_as", flat=True)) == [
        "Ada",
        "Ada 2",
    ]


def test_another_room_has_names_of_its_own(store: DatabaseStore, ada: Someone) -> None:
    ask(store, ada.asks(Add(1, 2)))
    other = create_room(rules="shared", anyone_adds=True)
    ask(store, Someone("Ada", other.room).asks(Add(1, 2)))
    assert names_in(store, other) == {1: "Ada"}


def test_only_a_newcomer_s_name_is_looked_up_and_by_its_index(
    store: DatabaseStore, opened: CreatedRoom, ada: Someone
) -> None:
    """F5: a change of somebody who is known asks nothing, and nobody's change reads all rows."""

    def asked_for_names(*people: Someone) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(store, *(person.asks(Edit(1, label="x")) for person in people))
        return [q["sql"] for q in queries.captured_queries if "DISTINCT came_as" in q["sql"]]

    ask(store, ada.asks(Add(1, 2)))
    assert asked_for_names(ada) == []
    (statement,) = asked_for_names(ada, Someone("Bob", opened.room))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "COVERING INDEX participant_came_as (room_id=? AND came_as=?)" in plan
