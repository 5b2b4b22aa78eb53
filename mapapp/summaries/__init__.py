"""Works out the results of rooms, in a process of its own.

`calculator` is the side of the server, `worker` the other process.
"""
