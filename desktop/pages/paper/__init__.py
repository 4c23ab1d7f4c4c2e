"""Typing in from paper what came of a round."""

from desktop.pages.paper.page import PaperPage

__all__ = ["PaperPage"]
