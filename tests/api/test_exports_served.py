"""The real server sends what the host takes home."""

import sqlite3

import httpx

from testkit.server import ServerProcess

_MANY = """
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 5000)
    INSERT INTO mapapp_marker (room_id, activity_id, number, owner, lat, lng, label, colour, icon,
        holder, held_revision, changed_at_revision, moved_at_revision, removed)
    SELECT id, activity_id, n, 0, 1.5, 2.5, 'Label ' || n, 0, 0, 0, 0, n, n, 0
    FROM counted, mapapp_room
"""


def test_the_server_sends_a_large_export_whole_and_minds_no_client_that_leaves(
    server: ServerProcess,
) -> None:
    with httpx.Client(base_url=server.url) as client:
        opened = client.post("/api/rooms", json={}).json()
        with sqlite3.connect(server.folder / "livemap.sqlite3") as database:
            database.execute(_MANY)
        database.close()
        path = f"/api/rooms/{opened['code']}/results.geojson"
        bearer = {"Authorization": f"Bearer {opened['host_key']}"}
        with client.stream("GET", path, headers=bearer) as left:
            next(left.iter_raw(1_000))
        whole = client.get(path, headers=bearer)
        head = client.head(path, headers=bearer)
    assert len(whole.json()["features"]) == 5_000
    assert len(whole.content) == int(whole.headers["content-length"]) > 10 * 64 * 1024
    assert "transfer-encoding" not in whole.headers
    assert "content-security-policy" in whole.headers
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    server.assert_clean_log()
