"""The frames of `map.v1`: typed and bounded on the way in, encoded once on the way out.

`docs/PROTOCOL.md` is the contract. Nothing here does I/O.
"""

SUBPROTOCOL = "map.v1"
