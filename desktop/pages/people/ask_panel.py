"""A few lines and choices that one act asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from desktop.widgets.form_panel import FormPanel
from desktop.widgets.text import Text
from sync.i18n import _

_WIDTH_PX = 560


@dataclass(frozen=True)
class Line:
    """A line to write in, with what stands there at first. ``offers`` says which words fit what
    is chosen above it; they are chips below the line, and one alone stands in it at once."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    offers: Callable[[Mapping[str, Any]], Sequence[str]] | None = None


@dataclass(frozen=True)
class Choose:
    """One of several; with ``any`` any number."""

    key: str
    label: str
    choices: Mapping[str, str]
    chosen: Sequence[str] = ()
    many: bool = False


class AskPanel(FormPanel):
    """Asks for ``parts``; Ctrl Enter hands what was written to ``then``, Esc leaves it. ``tells``
    says what that would come to, with every letter typed or choice."""

    def __init__(
        self,
        look: ThemeProvider,
        host: QWidget,
        title: str,
        button: str,
        parts: Sequence[Line | Choose],
        then: Callable[[dict[str, Any]], None],
        tells: Callable[[Mapping[str, Any]], str] | None = None,
    ) -> None:
        super().__init__(look, host, title, _WIDTH_PX, button)
        self._then = then
        self._begins_with = parts[0].key
        self.offered: dict[str, ChipGroup] = {}
        self.lines: dict[str, LineField] = {}
        self.groups: dict[str, ChipGroup] = {}
        for part in parts:
            if isinstance(part, Line):
                field = self.lines[part.key] = LineField(look, part.label, hint=part.hint)
                field.set_text(part.value)
                self.body.addWidget(field)
                if part.offers is not None:
                    self._offer(part, field)
            else:
                choices = [Choice(key, words) for key, words in part.choices.items()]
                group = ChipGroup(look, choices, exclusive=not part.many, name=part.label)
                group.choose(part.chosen)
                self.groups[part.key] = group
                group.changed.connect(self._tell)
                self.body.addWidget(Text(look, part.label, TextStep.SECOND, colour="t2"))
                self.body.addWidget(group)
        self.told = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self._tells = tells
        if tells is not None:
            self.body.addWidget(self.told)
            for line in self.lines.values():
                line.edit.textChanged.connect(self._tell)
            self._tell()
        self.end_with_button()
        self.save.clicked.connect(self.hand_over)

    def _offer(self, part: Line, line: LineField) -> None:
        """Words that fit the line; what was one of them gives way where it fits no more."""
        group = self.offered[part.key] = ChipGroup(self._look, [], exclusive=True, name=part.label)

        def renew(*_chosen: object) -> None:
            former = {chip.choice.key for chip in group.chips()}
            now = list(part.offers(self._written())) if part.offers else []
            group.set_choices([Choice(words, words) for words in now])
            if line.text().strip() in former - set(now):
                line.set_text(now[0] if len(now) == 1 else "")
            group.choose([line.text().strip()])
            self.fit()

        for above in self.groups.values():
            above.changed.connect(renew)
        group.changed.connect(lambda chosen: line.set_text("".join(chosen)))
        self.body.addWidget(group)
        renew()

    def open(self) -> None:
        """Show it, with the keyboard in what is asked first."""
        super().open()
        self._first().setFocus(Qt.FocusReason.PopupFocusReason)

    def _first(self) -> QWidget:
        """What is asked first."""
        if self._begins_with in self.lines:
            return self.lines[self._begins_with]
        group = self.groups[self._begins_with]
        return group.chips()[0] if group.chips() else group

    def hand_over(self) -> None:
        """What was written, by key; of a choice of one the key alone. Nothing while an answer to
        what was handed over before is awaited."""
        if not self.save.isEnabled():
            return
        self.say("")
        self._then(self._written())

    def _written(self) -> dict[str, Any]:
        told: dict[str, Any] = {key: line.text().strip() for key, line in self.lines.items()}
        for key, group in self.groups.items():
            chosen = group.chosen()
            told[key] = (chosen[0] if chosen else "") if group.is_exclusive else chosen
        return told

    def _tell(self, *_chosen: object) -> None:
        if self._tells is not None:
            self.told.set_text(self._tells(self._written()))
            self.fit()


def labels(codes: Mapping[str, str]) -> dict[str, str]:
    """The words of codes, to choose among."""
    return {key: _(label) for key, label in codes.items()}
