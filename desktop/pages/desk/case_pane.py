"""What can be done next about a row of the window: papers came, ready, picked up, called back."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.flow import FlowLayout
from desktop.widgets.text import Text
from sync.i18n import N_, _

_SCORE: Final = "score"

_NEXT = {
    "supplement": (("papers", N_("The papers came")), ("rejected", N_("Turned down"))),
    "received": (
        ("ready", N_("Ready to pick up")),
        ("forwarded", N_("Pass on")),
        ("rejected", N_("Turned down")),
    ),
    "forwarded": (("ready", N_("Ready to pick up")), ("rejected", N_("Turned down"))),
    "approved": (("ready", N_("Ready to pick up")),),
    "ready": (("picked", N_("Picked up")),),
    "draft": (("go_on", N_("Go on with it")), ("discard", N_("Throw it away"))),
    "hour_booked": (
        ("come", N_("They are here")),
        ("missed", N_("Did not come")),
        ("cancelled", N_("Called off")),
    ),
    "picked_up": tuple((f"{_SCORE}{n}", str(n)) for n in (5, 4, 3, 2, 1, 0)),
}


class CaseSteps(Themed):
    """Buttons for the case, the draft or the hour that is chosen in the list.

    Signals:
        stepped: ``papers``, a stage, ``picked``, ``scoreN``, ``go_on``, ``come`` and so on.
    """

    stepped = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        column = scaled(look, QVBoxLayout(self), (14, 6, 14, 6), 6)
        self._words = Text(look, "", TextStep.NOTE, colour="t2", weight=Weight.MEDIUM, wraps=True)
        self._holder = QWidget()
        self._flow = FlowLayout(look, self._holder, gap=8)
        self.buttons: dict[str, Button] = {}
        column.addWidget(self._words)
        column.addWidget(self._holder)
        self.hide()

    def show_steps(self, stands: str, words: str) -> None:
        """Show what can be done from where something ``stands``, or nothing."""
        for former in self.buttons.values():
            self._flow.removeWidget(former)
            former.hide()
            former.deleteLater()
        self.buttons = {}
        steps = _NEXT.get(stands, ())
        for at, (kind, label) in enumerate(steps):
            # Enter says what was done, never how content somebody is: that they tell themselves.
            waits = at == 0 and not kind.startswith(_SCORE)
            style = ButtonKind.TINTED if waits else ButtonKind.SECONDARY
            button = Button(self._look, _(label), style, key="⏎" if waits else "")
            button.clicked.connect(partial(self.stepped.emit, kind))
            self._flow.addWidget(button)
            self.buttons[kind] = button
        self._words.set_text(words)
        self._words.setVisible(bool(words))
        self.setVisible(bool(steps or words))

    @property
    def asks_score(self) -> bool:
        """Whether it is asked how content somebody is."""
        return f"{_SCORE}5" in self.buttons

    def score(self, number: int) -> None:
        """Press the button of a score, where there is one."""
        button = self.buttons.get(f"{_SCORE}{number}")
        if button is not None:
            button.click()

    def take_first(self) -> None:
        """The step that the case waits for; none where it waits for what somebody says."""
        if self.asks_score:
            return
        for button in self.buttons.values():
            button.click()
            return
