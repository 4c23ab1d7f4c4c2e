"""One matter beside the list: lamp, loop, and the steps that its reader may take."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.matter_face import STEP_KEYS, STEP_WORDS, MatterFace, step_key
from desktop.widgets.banner import Banner
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, Hairline, SectionTitle
from desktop.widgets.chip import ChipRow
from desktop.widgets.flow import FlowLayout
from desktop.widgets.lamp import LampMark
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from desktop.widgets.timeline import Timeline
from sync.i18n import N_, _


class MatterPane(Card):
    """The body scrolls, the steps stay.

    Signals:
        stepped: the kind of step that was pressed.
        unit_pressed: the key of the department whose next step was pressed.
        home_pressed: the household is wanted.
    """

    stepped = Signal(str)
    unit_pressed = Signal(str)
    home_pressed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self.face: MatterFace | None = None
        self._head = QHBoxLayout()
        self._lamp: LampMark | None = None
        self._headline = Text(look, "", TextStep.SECOND, weight=Weight.BOLD, wraps=True)
        self._title = Text(look, "", TextStep.TITLE, weight=Weight.BOLD, wraps=True)
        self._about = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._tags = ChipRow(look)
        self._text = Text(look, "", TextStep.SECOND, wraps=True)
        self._warnings = QVBoxLayout()
        self._banner: Banner | None = None
        self._loop = Timeline(look, _(N_("Closed loop")))
        self._loop.action_pressed.connect(self.unit_pressed)
        self._scroll = ScrollColumn(look, (16, 14, 16, 8), 8)
        self._fill()
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Hairline(look))
        self._foot = QWidget()
        self._column = scaled(look, QVBoxLayout(self._foot), (14, 12, 14, 14), 8)
        self._buttons: list[QWidget] = []
        self.body.addWidget(self._foot)

    def _fill(self) -> None:
        column = self._scroll.body
        scaled(self._look, self._head, spacing=8)
        self._head.addWidget(self._headline, 1)
        column.addLayout(self._head)
        for part in (self._title, self._about, self._tags, self._text):
            column.addWidget(part)
        column.addLayout(self._warnings)
        column.addWidget(SectionTitle(self._look, _(N_("Closed loop"))))
        column.addWidget(self._loop)
        column.addStretch(1)

    def show_face(self, face: MatterFace) -> None:
        """Show one matter."""
        former, self.face = self.face, face
        self._show_lamp(face)
        self._headline.set_text(face.headline)
        self._title.set_text(face.title)
        self._about.set_text(face.about)
        self._tags.set_tags(face.tags)
        self._text.set_text(face.text)
        self._text.setVisible(bool(face.text))
        self._show_warning(face)
        self._loop.set_items(face.loop)
        self._show_steps(face)
        self.setAccessibleName(f"{face.title} {face.headline}")
        if former is None or former.id != face.id:
            self._scroll.to_top()

    def _show_lamp(self, face: MatterFace) -> None:
        if self._lamp is not None:
            self._head.removeWidget(self._lamp)
            self._lamp.hide()
            self._lamp.deleteLater()
        self._lamp = LampMark(self._look, face.lamp)
        self._head.insertWidget(0, self._lamp)

    def _show_warning(self, face: MatterFace) -> None:
        if self._banner is not None:
            self._warnings.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
        if face.warning:
            self._banner = Banner(self._look, Tone.WARN, face.warning)
            self._warnings.addWidget(self._banner)

    def _show_steps(self, face: MatterFace) -> None:
        for former in self._buttons:
            self._column.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._buttons = []
        if face.main:
            main = self._primary(_(STEP_WORDS[face.main]), STEP_KEYS.get(face.main, "⏎"))
            main.clicked.connect(partial(self.stepped.emit, face.main))
            self._buttons.append(main)
        elif face.unit is not None:
            main = self._primary(face.unit.action, "⏎")
            main.clicked.connect(partial(self.unit_pressed.emit, face.unit.key))
            self._buttons.append(main)
        holder = QWidget()
        flow = FlowLayout(self._look, holder, gap=8)
        for kind in face.more:
            button = Button(self._look, _(STEP_WORDS[kind]), key=step_key(kind, face.more))
            button.clicked.connect(partial(self.stepped.emit, kind))
            flow.addWidget(button)
        if face.household_id:
            home = Button(self._look, _(N_("Household")), ButtonKind.GHOST, icon="users-three")
            home.clicked.connect(self.home_pressed)
            flow.addWidget(home)
        self._buttons.append(holder)
        for made in self._buttons:
            self._column.addWidget(made)
        offered = (face.main, face.unit, face.more, face.household_id)
        self._foot.setVisible(any(offered))  # A department that has done its part has no step.

    def _primary(self, words: str, key: str) -> Button:
        height = Height.PRIMARY_LARGE
        return Button(self._look, words, ButtonKind.PRIMARY, key=key, height=height)
