"""What the server keeps aside, and what a person makes of it."""

from desktop.pages.held.page import HeldPage

__all__ = ["HeldPage"]
