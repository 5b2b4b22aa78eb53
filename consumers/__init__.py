"""Sockets: their lifecycle, the table of messages, and what a connection may ask for in a second."""
