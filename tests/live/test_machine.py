"""Random people, processes and faults; in the end all are equal and nothing is lost."""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mapapp.domain.activity import read_plan
from mapapp.domain.caps import RoomCaps
from mapapp.domain.marker import Marker
from mapapp.domain.room import RoomState, digest
from mapapp.domain.sight import sight_of
from mapapp.live.upkeep import SWEEP_SECONDS
from mapapp.models import Change
from mapapp.models import Client as ClientRow
from mapapp.rooms.creation import create_room
from mapapp.storage.store import DatabaseStore
from tests.live.conftest import START
from tests.live.simulation import Broker, Client, Process, VirtualLoop

PROCESSES = 3
# Those there are from the beginning: more than a phone can hear of in one tick.
MARKERS = 8
COORDINATE = st.integers(-80, 80).map(float)
# Long enough for every hold to end, every heartbeat to pass, every retry to happen.
UNTIL_ALL_IS_QUIET = 60.0
# Before holds end because nobody moves, at one or two positions a tick.
UNTIL_POSITIONS_ARE_TOLD = 18.0


def shown(client: Client, room: RoomState) -> dict[int, Marker]:
    """The markers that this client may see."""
    sight = sight_of(client.role, room)
    return {number: marker for number, marker in room.markers.items() if sight.shows(marker)}


class Installation(RuleBasedStateMachine):
    """Several processes over one store, and people who come, go, drag and quarrel."""

    @initialize(rules=st.sampled_from(["own", "shared"]), seed=st.integers(0, 2**32))
    def open(self, rules: str, seed: int) -> None:
        shared = {"anyone_adds": True} if rules == "shared" else {"markers_each": 2}
        plans = [
            {"question": "Where?", "kind": rules, "settings": shared},
            {"question": "Hidden?", "settings": {"hidden": True}},
        ]
        self.opened = create_room(activities=list(map(read_plan, plans)))
        self.loop = VirtualLoop()
        self.store = DatabaseStore(
            caps=RoomCaps(room_markers=30), clock=lambda: START + self.loop.now
        )
        self.broker = Broker(random.Random(seed))
        # The seconds of processor time that each process has wanted.
        self.wanted: dict[Process, list[float]] = {}
        self.processes = [self.start_process() for _ in range(PROCESSES)]
        self.clients: list[Client] = []
        self.come(0, "host")
        for number in range(MARKERS):
            self.clients[0].change("add", lat=0.0, lng=float(number))

    def start_process(self) -> Process:
        wanted = [0.0]

        async def start() -> Process:
            return Process(
                self.store,
                self.broker,
                lambda: START + self.loop.now,
                # Room for two positions in a tick of a phone: there is always a choice to make.
                phone_budget=40,
                demanded=lambda: wanted[0],
            )

        process = self.loop.run(start())
        self.wanted[process] = wanted
        return process

    # --- people ---------------------------------------------------------------

    @rule(process=st.integers(0, PROCESSES - 1), role=st.sampled_from(["participant", "screen"]))
    def come(self, process: int, role: str) -> None:
        if len(self.clients) >= 6:
            return
        key = self.opened.host_key if role == "host" else None
        moves = ("json", "binary", "packed")[len(self.clients) % 3]
        client = Client(self.opened.room.code, role=role, key=key, moves=moves)
        self.clients.append(client)
        self.loop.run(client.connect(self.processes[process]))
        self.loop.pass_time(0.2)

    @rule(who=st.integers(0, 5), south=st.integers(-60, 60), size=st.sampled_from([1, 20, 90]))
    def look(self, who: int, south: int, size: int) -> None:
        client = self.clients[who % len(self.clients)]
        if client.process is not None:
            north = min(south + size, 90)
            client.say({"t": "look", "south": south, "west": 0, "north": north, "east": size})

    @rule(who=st.integers(0, 5))
    def lose_the_network(self, who: int) -> None:
        client = self.clients[who % len(self.clients)]
        if client.process is not None:
            self.loop.run(client.break_line())

    @rule(who=st.integers(0, 5), process=st.integers(0, PROCESSES - 1))
    def come_back(self, who: int, process: int) -> None:
        client = self.clients[who % len(self.clients)]
        if client.process is None:
            self.loop.run(client.connect(self.processes[process]))

    @rule(who=st.integers(0, 5), stuck=st.booleans())
    def take_data_or_not(self, who: int, stuck: bool) -> None:
        client = self.clients[who % len(self.clients)]
        client.can_take.clear() if stuck else client.can_take.set()

    def actor(self, who: int) -> Client | None:
        """Somebody who may still make a change (at most 32 wait for answers)."""
        able = [c for c in self.clients if c.role != "screen" and len(c.unanswered) < 30]
        return able[who % len(able)] if able else None

    @rule(who=st.integers(0, 5), lat=COORDINATE, lng=COORDINATE)
    def add(self, who: int, lat: float, lng: float) -> None:
        if client := self.actor(who):
            client.change("add", lat=lat, lng=lng)

    @rule(who=st.integers(0, 5), which=st.integers(0, 30))
    def grab(self, who: int, which: int) -> None:
        client = self.actor(who)
        if client is not None and client.markers:
            client.change("grab", marker=sorted(client.markers)[which % len(client.markers)])

    @rule(who=st.integers(0, 5))
    def grab_all(self, who: int) -> None:
        if client := self.actor(who):
            free = [number for number, marker in client.markers.items() if not marker["holder"]]
            for number in free[: 30 - len(client.unanswered)]:
                client.change("grab", marker=number)

    @rule(who=st.integers(0, 5), lat=COORDINATE, lng=COORDINATE, drop=st.booleans())
    def move_what_is_held(self, who: int, lat: float, lng: float, drop: bool) -> None:
        client = self.actor(who)
        if client is None:
            return
        for number, marker in client.markers.items():
            if client.person and marker["holder"] == client.person:
                client.move(number, marker["grab"], lat, lng)
                if drop:
                    client.change("drop", marker=number, grab=marker["grab"], lat=lat, lng=lng)

    @rule(
        who=st.integers(0, 5),
        which=st.integers(0, 30),
        what=st.sampled_from(["place", "edit", "remove"]),
        lat=COORDINATE,
    )
    def change_a_marker(self, who: int, which: int, what: str, lat: float) -> None:
        client = self.actor(who)
        if client is None or not client.markers:
            return
        fields: dict[str, Any] = {"marker": sorted(client.markers)[which % len(client.markers)]}
        if what == "place":
            fields |= {"lat": lat, "lng": -lat}
        elif what == "edit":
            fields |= {"label": f"at {lat}", "colour": int(abs(lat)) % 8}
        client.change(what, **fields)

    @rule(who=st.integers(0, 5), what=st.sampled_from(["lock", "unlock", "question", "name"]))
    def change_the_room(self, who: int, what: str) -> None:
        if client := self.actor(who):
            fields = {"question": "Why?"} if what == "question" else {}
            client.change(what, **({"name": f"N{client.op}"} if what == "name" else fields))

    @rule(
        who=st.integers(0, 5),
        activity=st.integers(1, 2),
        stage=st.sampled_from(["", "prepare", "answer", "closed", "revealed"]),
        round=st.sampled_from([1, 1, 2]),
    )
    def steer(self, who: int, activity: int, stage: str, round: int) -> None:
        client = self.actor(who)
        if client is None or not client.at:
            return
        if stage:
            client.change("stage", stage=stage, round=round, **{"from": client.at})
        else:
            client.change("go", activity=activity)

    # --- faults ---------------------------------------------------------------

    @rule(which=st.integers(0, PROCESSES - 1))
    def kill_a_process(self, which: int) -> None:
        self.loop.run(self.processes[which].kill())
        self.processes[which] = self.start_process()

    @rule(which=st.integers(0, PROCESSES - 1), down=st.booleans())
    def cut_or_mend_a_relay(self, which: int, down: bool) -> None:
        self.processes[which].layer.down = down

    @rule(hurt=st.booleans())
    def hurt_or_heal_the_broker(self, hurt: bool) -> None:
        self.broker.hurt(0.3, 0.2, 0.3) if hurt else self.broker.heal()

    @rule(
        which=st.integers(0, PROCESSES - 1),
        work=st.sampled_from([0.0, 0.05, 0.4]),
        busy=st.sampled_from([0.0, 0.8, 1.0]),
    )
    def feel_a_load(self, which: int, work: float, busy: float) -> None:
        """In virtual time nothing takes time, so a process is told how busy it was."""

        async def feel() -> None:
            process = self.processes[which]
            self.wanted[process][0] += busy * SWEEP_SECONDS
            for room in process.hub.rooms.values():
                for broadcast in room.fanout._broadcasts.values():
                    broadcast._pace.measured(work=work, size=1_000)

        self.loop.run(feel())
        self.loop.pass_time(SWEEP_SECONDS)

    @precondition(lambda self: hasattr(self, "loop"))
    @rule(seconds=st.sampled_from([0.01, 0.1, 1.0, 6.0, 25.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.pass_time(seconds)

    # --- the end --------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        try:
            self.make_everything_well()
            self.check_states_are_equal()
            self.check_nothing_is_lost_or_doubled()
        finally:
            for process in self.processes:
                self.loop.run(process.kill())
            self.loop.finish()

    def make_everything_well(self) -> None:
        self.broker.heal()
        for process in self.processes:
            process.layer.down = False
        for client in self.clients:
            client.can_take.set()
        self.loop.pass_time(1.0)  # those who were stuck hear now that they were sent away
        for index, client in enumerate(self.clients):
            if client.process is None:
                self.loop.run(client.connect(self.processes[index % PROCESSES]))
        self.check_live_positions_are_told()
        self.loop.pass_time(UNTIL_ALL_IS_QUIET)

    def check_live_positions_are_told(self) -> None:
        """F3: while markers are held, and to whoever could take no data for a while.

        Of processes that hear each other late, or not at all, those are equal
        that have heard the end of the hold.
        """
        end = self.loop.now + UNTIL_POSITIONS_ARE_TOLD
        while not all(self.sees_what_its_process_knows(client) for client in self.clients):
            assert self.loop.now < end, "somebody sees a marker where it is not any more"
            self.loop.pass_time(0.1)

    def sees_what_its_process_knows(self, client: Client) -> bool:
        assert client.process is not None
        room = next(iter(client.process.hub.rooms.values()), None)
        if room is None:
            return False  # it is being opened
        # Packed positions are a little beside the true ones.
        return client.markers.keys() == shown(client, room.state).keys() and all(
            math.dist((marker["lat"], marker["lng"]), room.replica.position(number)) < 0.0001
            for number, marker in client.markers.items()
        )

    def check_states_are_equal(self) -> None:
        """O2, O4, H2."""
        stored = self.store.open(self.opened.room.code)
        assert stored is not None
        truth = digest(stored.state)
        for process in self.processes:
            for room in process.hub.rooms.values():
                assert digest(room.state) == truth
                assert not len(room.replica.holds), "somebody still drags"
        markers = {
            m.number: {
                **{"lat": m.lat, "lng": m.lng, "owner": m.owner, "holder": 0, "grab": 0},
                **{"colour": m.colour, "icon": m.icon, "label": m.label},
            }
            for m in stored.state.markers.values()
        }
        for client in self.clients:
            seen = shown(client, stored.state)
            assert client.closed is None, f"closed with {client.closed}"
            assert client.comparable() == {
                "rev": stored.state.revision,
                "phase": stored.state.phase,
                "question": stored.state.activity.question,
                "people": {p.number: p.name for p in stored.state.people.values() if p.listed},
                "markers": {number: markers[number] for number in seen},
            }

    def check_nothing_is_lost_or_doubled(self) -> None:
        """O1, D1, D2."""
        changes = Change.objects.filter(room=self.opened.room).order_by("revision")
        revisions = [change.revision for change in changes]
        assert revisions == list(range(1, len(revisions) + 1))
        kinds = {change.revision: change.kind for change in changes}
        acknowledged: Counter[int] = Counter()
        for client in self.clients:
            assert not client.unanswered, "a change was never answered"
            for op, answer in client.answers.items():
                if answer["t"] == "ack":
                    acknowledged[answer["rev"]] += 1
                    assert answer["rev"] in kinds, f"op {op} was acknowledged and is not stored"
        assert all(count == 1 for count in acknowledged.values())
        # Every stored change was asked for by somebody, once, or made by the server.
        # Or it ended a hold, which a host's step does, too.
        made_by_server = sum(kind == "release" for kind in kinds.values())
        introductions = sum(
            change.kind == "person" and change.revision not in acknowledged for change in changes
        )
        assert len(kinds) == len(acknowledged) + made_by_server + introductions
        for row in ClientRow.objects.filter(participant__room=self.opened.room):
            assert len(row.answers) < 8_000, "the kept answers grow"


@pytest.mark.timeout(300)
def test_whatever_happens_all_are_equal_in_the_end_and_nothing_acknowledged_is_lost(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O1, O2, O4, D1, D2, D3, R1, R2, H1, H2."""
    # Here two are a crowd, so that the pace asked of clients changes, too.
    monkeypatch.setattr("mapapp.live.load._CROWD", 2)
    run_state_machine_as_test(
        Installation,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
