"""The fan-out of a room: encode once per tick, send the same bytes to many (F2).

`fanout` sorts connections into broadcasts; a `broadcast` sends the news of each
tick; `frames` encodes it; `pending_moves` keeps moves within a budget of bytes;
`interest` is for very large rooms only.
"""
