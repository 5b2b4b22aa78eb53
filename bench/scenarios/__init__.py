"""The scenarios: one module each, with a `SCENARIO` that `bench.__main__` lists."""
