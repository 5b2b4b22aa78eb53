"""`kill -9` under load: nothing that was acknowledged is lost, nothing happens twice."""

from testkit.client import Client, create_room
from testkit.server import ServerProcess
from testkit.stored import assert_each_stored_once, stored_changes
from tests.faults.conftest import Pair
from tests.faults.load import SHARED, load_at

PEOPLE = 20


async def test_acknowledged_changes_outlive_a_killed_server(server: ServerProcess) -> None:
    """SQLite: each is there after the restart, exactly once; repeats take effect once (D1, D2)."""
    room = await create_room(server, **SHARED)
    async with load_at([[room.at(server)]] * PEOPLE) as load:
        await load.more(300)
        acknowledged = [set(client.answers) for client in load.clients]
        assert any(client.unanswered for client in load.clients)
        server.kill()
        after_the_kill = stored_changes(server, room.code)
        stored = {change.payload.get("label") for change in after_the_kill}
        for client, ops in zip(load.clients, acknowledged, strict=True):
            sent = [client.sent[op] for op in ops]
            assert stored >= {frame["label"] for frame in sent if frame["t"] == "add"}
        server.start()
        await load.more(100)
        await load.finish()
        assert all(client.connections == 2 for client in load.clients)
        async with Client(room.at(server)) as newcomer:
            assert newcomer.state.digest() == load.clients[0].state.digest()
        assert_each_stored_once(stored_changes(server, room.code), load.clients)
    server.assert_clean_log()


async def test_people_of_a_killed_process_go_on_in_the_other(pair: Pair) -> None:
    """PostgreSQL: nothing is lost or doubled on the way from one to the other (D1, D2, R2)."""
    room = await create_room(pair.one, **SHARED)
    here, there = room.at(pair.one), room.at(pair.other)
    async with load_at([[here, there], [there]] * (PEOPLE // 2)) as load:
        await load.more(300)
        people = [client.person for client in load.clients]
        pair.one.kill()
        await load.more(300)
        await load.finish()
        assert [client.connections for client in load.clients] == [2, 1] * (PEOPLE // 2)
        assert [client.person for client in load.clients] == people
        async with Client(there) as newcomer:
            assert newcomer.state.digest() == load.clients[0].state.digest()
        assert_each_stored_once(stored_changes(pair.other, room.code), load.clients)
    pair.other.assert_clean_log()
