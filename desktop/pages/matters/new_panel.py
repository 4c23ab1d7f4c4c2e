"""The panel in which a new matter is written: what, how urgent, where, for which net."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.services.matter_forms import NewMatter
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from desktop.widgets.form_panel import FormPanel
from desktop.widgets.note_field import NoteField
from desktop.widgets.text import Text
from sync.i18n import N_, _
from sync.schema import codes

_WIDTH_PX = 600
_USUAL = {"category": "facility", "urgency": "general"}


class NewPanel(FormPanel):
    """A new matter. Ctrl Enter reports it, Esc leaves it. ``usual_source`` is where it comes from
    unless somebody says otherwise.

    Signals:
        reported: the matter as it was told.
    """

    reported = Signal(object)

    def __init__(self, look: ThemeProvider, host: QWidget, usual_source: str = "patrol") -> None:
        super().__init__(look, host, _(N_("New matter")), _WIDTH_PX, _(N_("Report")))
        self._usual = {**_USUAL, "source": usual_source}
        self.text = NoteField(look, _(N_("What it is about")), lines=3)
        self.room = LineField(look, _(N_("Door or place")), hint=_(N_("such as 6-2-1602")))
        self.reporter = LineField(look, _(N_("Who told it")))
        self.chips = {
            "urgency": self._group(N_("How urgent"), codes.URGENCY, exclusive=True),
            "category": self._group(N_("Category"), codes.MATTER_CATEGORY, exclusive=True),
            "source": self._group(N_("Source"), codes.MATTER_SOURCE, exclusive=True),
            "lines": self._group(N_("Counts for"), codes.LINE, exclusive=False),
        }
        self.body.addWidget(Text(look, _(N_("What it is about")), TextStep.SECOND, colour="t2"))
        self.body.addWidget(self.text)
        self.body.addWidget(self.room)
        for group in self.chips.values():
            self.body.addWidget(Text(look, group.accessibleName(), TextStep.SECOND, colour="t2"))
            self.body.addWidget(group)
        self.body.addWidget(self.reporter)
        self.end_with_button()
        self.save.clicked.connect(self.report)

    def open(self) -> None:
        """Show it, with the keyboard in the words."""
        super().open()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def report(self) -> None:
        """Hand it over; the page closes the panel once it is saved."""
        chosen = {key: (group.chosen() or [""])[0] for key, group in self.chips.items()}
        self.reported.emit(
            NewMatter(
                text=self.text.text(),
                place=self.room.text().strip(),
                reporter=self.reporter.text(),
                lines=tuple(self.chips["lines"].chosen()),
                category=chosen["category"] or self._usual["category"],
                urgency=chosen["urgency"] or self._usual["urgency"],
                source=chosen["source"] or self._usual["source"],
            )
        )

    def _group(self, label: str, words: Mapping[str, str], *, exclusive: bool) -> ChipGroup:
        choices = [Choice(key, _(text)) for key, text in words.items()]
        return ChipGroup(self._look, choices, exclusive=exclusive, name=_(label))
