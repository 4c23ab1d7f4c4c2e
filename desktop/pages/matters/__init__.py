"""Matters: what was asked, who has it, until when, and whether the resident has an answer."""

from desktop.pages.matters.page import MattersPage

__all__ = ["MattersPage"]
