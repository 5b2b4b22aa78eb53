"""Sockets: who may come in, how frames are taken, and how many in a second."""
