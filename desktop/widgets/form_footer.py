"""The foot of a form that is kept as a draft: where the draft is, and the ways out."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.field import IconMark
from desktop.widgets.flow import FlowLayout
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.text import Text
from sync.i18n import N_, _

ROOMY_PX: Final = 1000
"""Logical width of a page from which the foot holds everything in one line."""

_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class FormFooter(Themed):
    """Never scrolls away.

    Signals:
        restarted: the draft shall be thrown away.
        left, saved, saved_and_next: the three ways out.
    """

    restarted = Signal()
    left = Signal()
    saved = Signal()
    saved_and_next = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._next: str | None = None
        self._cramped = False
        self._refuses = False
        self._mark = IconMark(look, "check-circle", "ok")
        self._words = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._restart = Button(look, _(N_("Start over")), ButtonKind.LINK)
        self._restart.clicked.connect(self.restarted)
        self._leave = Button(
            look, _(N_("Leave it")), ButtonKind.GHOST, key="Esc", height=Height.PRIMARY
        )
        save = Button(look, _(N_("Save")), key="Ctrl S", height=Height.PRIMARY)
        self._onward = Button(
            look,
            "",
            ButtonKind.PRIMARY,
            icon="arrow-right",
            key=f"Ctrl {ENTER_KEY}",
            height=Height.PRIMARY,
        )
        self._leave.clicked.connect(self.left)
        save.clicked.connect(self.saved)
        self._onward.clicked.connect(self.saved_and_next)
        self._row = scaled(look, QHBoxLayout(self), (20, 10, 20, 10), 8)
        told = scaled(look, QHBoxLayout(), spacing=8)
        told.addWidget(self._mark, 0, _MIDDLE)
        told.addWidget(self._words, 1, _MIDDLE)
        told.addStretch(0)  # Keeps the buttons at the right while there are no words.
        told.addWidget(self._restart, 0, _MIDDLE)
        self._row.addLayout(told, 1)
        buttons = QWidget()
        flow = FlowLayout(look, buttons)
        for button in (self._leave, save, self._onward):
            flow.addWidget(button)
        self._row.addWidget(buttons, 0, _MIDDLE)
        self.say_nothing()
        self._name_onward()

    def set_cramped(self, *, cramped: bool) -> None:
        """In a narrow form the words stand above the buttons, which say less: the way back is in
        the top bar and on Esc, too."""
        self._cramped = cramped
        self._leave.setVisible(not cramped)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._row.setDirection(down if cramped else across)
        self._name_onward()

    def say_nothing(self) -> None:
        """There is no draft."""
        self._refuses = False
        self._say("", "check-circle", "t2", has_draft=False)

    def say_dropped(self) -> None:
        """The draft is gone, since nothing is left of it; a problem stands."""
        if self._refuses:
            self._restart.hide()
        else:
            self.say_nothing()

    def say_kept(self, words: str, *, can_restart: bool = True) -> None:
        """Say since when the draft is on this computer, and offer to begin anew. Nothing is said
        over a problem: whoever reads it would believe that it was saved."""
        if self._refuses:
            self._restart.setVisible(can_restart)
            return
        self._say(words, "check-circle", "ok", has_draft=can_restart)

    def say_problem(self, words: str) -> None:
        """Say why it cannot be saved yet; it stands until :meth:`mend`."""
        self._refuses = True
        self._say(words, "warning-circle", "bad_t", has_draft=not self._restart.isHidden())

    def mend(self, rest: str) -> None:
        """Something was changed: of a problem only ``rest`` is still so."""
        if self._refuses and rest:
            self.say_problem(rest)
        elif self._refuses:
            self._refuses = False
            self._say("", "check-circle", "t2", has_draft=not self._restart.isHidden())

    def name_next(self, door: str) -> None:
        """Say which door comes next; where none is left, one goes back."""
        self._next = door
        self._name_onward()

    def _name_onward(self) -> None:
        if self._next == "":
            words = _(N_("Save and go back"))
        elif self._next is None or self._cramped:
            words = _(N_("Save, next door"))
        else:
            words = _(N_("Save, then {door}")).format(door=self._next)
        self._onward.set_words(words)

    def _say(self, words: str, icon: str, colour: str, *, has_draft: bool) -> None:
        self._mark.setVisible(bool(words))
        self._mark.set_icon(icon, colour)
        self._words.setVisible(bool(words))
        self._words.set_text(words)
        self._words.set_colour("bad_t" if colour == "bad_t" else "t2")
        self._restart.setVisible(has_draft)
