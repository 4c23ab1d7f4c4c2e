"""The front desk: find, receive, print, hand over."""

from desktop.pages.desk.page import DeskPage

__all__ = ["DeskPage"]
