"""Load on a real server: how many people a room holds, and what each of them costs."""
