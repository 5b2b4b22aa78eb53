"""Other ways to build a live map, for comparison: README.md says which and how they are run."""
