"""How anything changes: one door for a status, one log, one table of what follows.

Lowest of all floors, because every noun above it moves through the same door.
"""
