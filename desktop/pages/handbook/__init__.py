"""The handbook of duties, at hand without a network."""

from desktop.pages.handbook.page import HandbookPage

__all__ = ["HandbookPage"]
