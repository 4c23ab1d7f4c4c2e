"""A worker's laptop for every page, and what a page says to its window. A file that needs others
has its own."""

import pytest

from tests.desktop.pages.rounds import Heard
from tests.support.workplaces import workplace


@pytest.fixture
def place(tmp_path):
    """The sample's homes, synced once."""
    with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def heard(page):
    """Everything ``page`` asks of its window."""
    return Heard().listen(page)
