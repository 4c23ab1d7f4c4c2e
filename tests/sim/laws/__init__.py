"""The laws of sync, each looked at where it is defined, by their numbers.

1 no lost work, 2 exactly once, 3 gapless, 4 prefix, 5 rebase, 6 convergence, 7 atomic cursor,
9 no silent overwrite, 10 conflicts are complete, 11 append-only, 14 scope, 16 clocks,
19 liveness. 0 stands for a program that fell over.
"""

ALL = frozenset({0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 14, 16, 19})
