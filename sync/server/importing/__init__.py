"""Rosters become operations: who is new is made, and only what a source changed is written.

``places`` finds the grid of a household, ``known`` is what the server holds, ``plan`` compares a
roster with it, ``commit`` writes the difference in one transaction. The import is a client like
any other (``import:<source>``): where a worker wrote something else meanwhile, a person decides.
"""
