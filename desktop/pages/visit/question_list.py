"""What to bring back and to ask about at this door, ticked once it was done."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.visit_more import Question
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.text import Text
from desktop.widgets.toggle import CheckBox


class QuestionList(Themed):
    """Nothing is ticked at first.

    Signals:
        changed: the keys that are ticked, after a person ticked one.
    """

    changed = Signal(list)

    def __init__(self, look: ThemeProvider, name: str) -> None:
        super().__init__(look)
        self.setAccessibleName(name)
        self._rows: list[tuple[Question, CheckBox, Themed]] = []
        self._column = scaled(look, QVBoxLayout(self), NO_MARGINS, 6)

    def show_questions(self, questions: Iterable[Question], ticked: Iterable[str]) -> None:
        """Ask these; what was ticked is."""
        wanted, chosen = list(questions), set(ticked)
        if [question for question, _box, _row in self._rows] != wanted:
            for _question, _box, row in self._rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = [self._row(question) for question in wanted]
        for question, box, _row in self._rows:
            box.setChecked(question.key in chosen)

    def boxes(self) -> list[CheckBox]:
        """The boxes, in the order shown."""
        return [box for _question, box, _row in self._rows]

    def _row(self, question: Question) -> tuple[Question, CheckBox, Themed]:
        row = Themed(self._look)
        line = scaled(self._look, QHBoxLayout(row), NO_MARGINS, 6)
        box = CheckBox(self._look, "")
        box.setAccessibleName(f"{question.words}: {question.note}")
        box.clicked.connect(self._tell)
        words = scaled(self._look, QVBoxLayout(), NO_MARGINS, 0)
        words.addWidget(Text(self._look, question.words, TextStep.SECOND, wraps=True))
        words.addWidget(Text(self._look, question.note, TextStep.NOTE, colour="t2", wraps=True))
        line.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self._column.addWidget(row)
        return question, box, row

    def _tell(self) -> None:
        self.changed.emit([one.key for one, box, _row in self._rows if box.isChecked()])
