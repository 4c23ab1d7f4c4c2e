"""One visit: what came of it, in a few presses."""

from desktop.pages.visit.maker import VisitMaker
from desktop.pages.visit.page import VisitPage

__all__ = ["VisitMaker", "VisitPage"]
