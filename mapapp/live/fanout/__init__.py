"""The fan-out of a room: encode once per tick, send the same bytes to many (F2).

`fanout` sorts connections into broadcasts; a `broadcast` sends what a tick
brings; `frames` encodes it; `pending_moves` keeps what has moved within a
budget; `interest` is met by very large rooms only.
"""
