"""The ground on which the simulated worlds of a test process begin."""

from collections.abc import Iterator

import pytest

from tests.sim.ground import Ground
from tests.sim.run import grounded


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """Made once for all worlds."""
    with grounded() as made:
        yield made
