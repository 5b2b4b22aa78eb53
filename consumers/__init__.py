"""Sockets: admission, the handling of frames, and rate limits."""
