"""Conflicts: two people changed the same field, and a person decides."""

from desktop.pages.conflicts.page import ConflictsPage

__all__ = ["ConflictsPage"]
