"""Breaks a running installation on purpose, by seed, and checks that every promise held.

    make faults                       # 200 scenarios, about an hour
    python -m tests.harness --count 20 --seed 7
    python -m tests.harness --replay 7-12 # one scenario again

Each scenario creates a room, lets a crowd drag and drop, makes one to three
faults happen (`faults/`), puts everything right again, and then checks what every
client was told, the tables, and the servers' logs (`checks.py`). The seed decides
everything that the harness chooses; the order of events in between is up to the
machine.
"""
