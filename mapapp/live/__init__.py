"""The live side of rooms in one process: who is here, where things are, what is new.

Nothing here knows Django: the hub is handed a store and a channel layer.
"""
