"""The live side of rooms in one process: who is here, where things are, what is new.

Nothing here knows Django: the hub gets a store and a relay handed in.
"""
