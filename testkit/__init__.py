"""Tools that tests and benchmarks share: real services, a client, a replica of a room."""
