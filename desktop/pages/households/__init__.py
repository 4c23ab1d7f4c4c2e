"""Households: everybody on this computer, and the one that somebody half remembers."""

from desktop.pages.households.page import HouseholdsPage

__all__ = ["HouseholdsPage"]
