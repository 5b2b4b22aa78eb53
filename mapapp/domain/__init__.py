"""What a room is and what may happen in it: pure functions, standard library only."""
