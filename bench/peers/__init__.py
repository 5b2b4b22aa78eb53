"""Other ways to build a live map, for comparison: README.md lists them and how to run them."""
