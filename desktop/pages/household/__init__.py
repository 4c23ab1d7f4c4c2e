"""One household: its people, its care, its home, and everything that happened at its door."""

from desktop.pages.household.page import HouseholdPage

__all__ = ["HouseholdPage"]
