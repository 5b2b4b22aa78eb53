"""The process that calculates.

    python -m mapapp.summaries.worker PLACES

It answers one request after the other until its input ends, which it does with the
server, however that ends.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import msgspec

from mapapp.domain.results.answers import CountryOf
from mapapp.domain.results.summary import summarize
from mapapp.places.places import NoPlaces, Places
from mapapp.summaries.exchange import Reply, Request, read, write

_requests = msgspec.msgpack.Decoder(Request)
_pack = msgspec.msgpack.encode
_json = msgspec.json.encode


def country_lookup(places: Places) -> CountryOf | None:
    """Tells the country of a position; None as long as there is no file of places."""
    try:
        return places.countries().of
    except NoPlaces:
        return None


def answer(body: bytes, places: Places) -> bytes:
    """The reply to a request."""
    began = time.process_time()
    try:
        request = _requests.decode(body)
        summary = summarize(
            request.context,
            request.answers,
            personal=request.personal,
            country_of=country_lookup(places),
        )
    except Exception as error:
        # The server logs it; the next room's request may be all right.
        return _pack(Reply(error=f"{type(error).__name__}: {error}"))
    own = {person: _json(fields) for person, fields in summary.own.items()}
    return _pack(Reply(summary.shared, own, seconds=time.process_time() - began))


def main() -> None:
    # Ctrl-C in a terminal reaches all processes; this one ends with the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    places = Places(Path(sys.argv[1]))
    while (body := read(sys.stdin.buffer)) is not None:
        write(sys.stdout.buffer, answer(body, places))


if __name__ == "__main__":
    main()
