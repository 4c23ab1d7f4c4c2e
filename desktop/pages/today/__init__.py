"""Today: the next door first."""

from desktop.pages.today.page import TodayPage

__all__ = ["TodayPage"]
