"""What carries a room's news between processes: one channel-layer group per room (F1).

`relay` speaks to the channel layer, `line` is a room's end of it, `peers` keeps
track of how much has come from each other process, `messages` is what they say.
"""
