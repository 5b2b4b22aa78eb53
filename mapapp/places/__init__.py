"""Names of places, and positions in words, from a gazetteer on the disk."""
