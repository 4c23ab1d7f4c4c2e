"""A real server with a worker and a clerk, and their laptops."""

from tests.engine.conftest import clerk, grid, household, staffed, worker
from tests.support.server import server

__all__ = ["clerk", "grid", "household", "server", "staffed", "worker"]
