"""Residents' rights: a copy of what is held about somebody, and the end of what was kept."""

from desktop.pages.rights.page import RightsPage

__all__ = ["RightsPage"]
