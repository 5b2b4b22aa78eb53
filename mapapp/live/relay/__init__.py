"""Carries a room's news between processes: one channel-layer group per room (F1).

`relay` speaks to the channel layer, `line` is a room's end of it, `peers` tracks how
much has come from each other process, `messages` has the messages.
"""
