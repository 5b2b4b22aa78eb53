"""Passes messages between the workers of one machine, where there is no Redis.

`broker` runs in the supervisor, `layer` is what each worker speaks to it with (a channel
layer of Channels), `frames` is what goes over the Unix socket between them.
"""
