"""Power cuts and kills: what a person was told is saved is there afterwards.

``disk`` records every write and sync of SQLite, ``power`` replays them as a disk would hold them
after a cut; ``lives`` kills a laptop's process at named points. ``python -m tests.crash`` runs
many of both.
"""
