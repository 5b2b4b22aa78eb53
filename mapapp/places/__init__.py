"""Names of places on the map and positions in words, from a gazetteer that lies on the disk."""
