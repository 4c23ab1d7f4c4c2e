"""A real server with a worker and a clerk, and their laptops; the ground of simulated worlds."""

from tests.engine.conftest import clerk, grid, household, staffed, worker
from tests.sim.conftest import ground
from tests.support.server import server

__all__ = ["clerk", "grid", "ground", "household", "server", "staffed", "worker"]
