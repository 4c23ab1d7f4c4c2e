"""Making the form of a visit in two steps, each of them shorter than a frame."""

from desktop.page import PageContext
from desktop.pages.visit.fields import VisitFields
from desktop.pages.visit.page import VisitPage


class VisitMaker:
    """The fields take more than half of the time: they may be made ahead of the page."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._fields: VisitFields | None = None

    def make_fields(self) -> None:
        """The first step, while nobody waits."""
        self._fields = VisitFields(self._context.look)

    def make(self) -> VisitPage:
        """The page, with the fields that are there or with new ones."""
        fields, self._fields = self._fields, None
        return VisitPage(self._context, fields)
