"""Unlocking a profile of this computer."""

from desktop.pages.unlock.page import UnlockPage

__all__ = ["UnlockPage"]
