"""People and grids: the roster, colleagues, areas, load, and imports."""

from desktop.pages.people.page import PeoplePage

__all__ = ["PeoplePage"]
