"""Planted bugs: each replaces one function of the product for the length of a run.

All of them were met somewhere, in other programs or in a model of this one. A law that cannot
find its bugs is worth nothing: ``tests/laws`` has each law find its own, alone, within a bounded
number of steps.
"""

from tests.sim.bugs import laptop, referrals, server
from tests.sim.bugs.planted import Bug

__all__ = ["ALL_BUGS", "Bug"]

ALL_BUGS: tuple[Bug, ...] = tuple(
    found
    for place in (laptop, server, referrals)
    for found in vars(place).values()
    if isinstance(found, Bug)
)
