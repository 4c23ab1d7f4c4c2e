"""Search and commands over every page (Ctrl K): a line to write in, what answers, what to do.

The keyboard stays in the line: arrows choose, Enter opens, Tab goes to what can be done at the
chosen household, Alt and a letter does it, Esc closes. Letters that an input method has not
committed are searched for, too.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.page import PageContext, Route, ask_on
from desktop.palette_rows import PaletteKind, PaletteRow
from desktop.theme.fonts import TextStep, Weight
from desktop.viewmodels.palette import (
    Answers,
    PaletteAction,
    PaletteCommand,
    look_for,
    rows_for,
)
from desktop.widgets.base import scaled
from desktop.widgets.card import Hairline
from desktop.widgets.field import IconMark, LineInput
from desktop.widgets.flow import FlowLayout
from desktop.widgets.keycap import KeyHint
from desktop.widgets.layer import Layer
from desktop.widgets.painting import ENTER_KEY
from desktop.widgets.palette_list import PaletteList
from desktop.widgets.text import Text
from sync.errors import DoorstepError
from sync.i18n import N_, _

_WIDTH_PX: Final = 680
_HEIGHT_PX: Final = 560
_TOP_PX: Final = 84
_EDGE_PX: Final = 16


class Palette(Layer):
    """Search and commands, near the top of the window.

    Signals:
        went: a :class:`Route` was chosen.
        commanded: the key of a command was chosen.
    """

    went = Signal(object)
    commanded = Signal(str)

    def __init__(
        self, context: PageContext, host: QWidget, actions: Sequence[PaletteAction]
    ) -> None:
        super().__init__(context.look, host, _(N_("Search and commands")))
        self._context = context
        self._actions = tuple(actions)
        self._commands: tuple[PaletteCommand, ...] = ()
        self._wanted = ""
        self._looking = False
        self._opens = False
        self._answers = Answers("")
        self._chosen = ""
        look = context.look
        self.line = _Line(look)
        self.line.setPlaceholderText(_(N_("Name, initials, room, phone, or words of a note")))
        self.line.setAccessibleName(_(N_("Search and commands")))
        self.rows = PaletteList(look, _(N_("What answers")))
        self._took = Text(look, "", TextStep.NOTE, colour="t2")
        self._nothing_part = QWidget()
        self._nothing = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        self._lay_out()
        self.line.composed.connect(self._search)
        self.line.installEventFilter(self)
        self.rows.pressed_row.connect(self._press)

    def open(self, commands: Sequence[PaletteCommand]) -> None:
        """Show it, empty, with what the window can do now."""
        self._commands = tuple(commands)
        self.line.clear()
        self._answers, self._chosen, self._opens = Answers(""), "", False
        self._show()
        self._come_up(self.line)

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        look = self._look
        column = scaled(look, QVBoxLayout(self.panel), (0, 0, 0, 0), 0)
        head = scaled(look, QHBoxLayout(), (20, 14, 16, 14), 12)
        middle = Qt.AlignmentFlag.AlignVCenter
        head.addWidget(IconMark(look, "magnifying-glass", "pri", 20), 0, middle)
        head.addWidget(self.line, 1)
        head.addWidget(self._took, 0, middle)
        head.addWidget(KeyHint(look, ["Esc"]), 0, middle)
        column.addLayout(head)
        column.addWidget(Hairline(look))
        body = scaled(look, QVBoxLayout(), (0, 6, 0, 6), 0)
        nothing = scaled(look, QHBoxLayout(self._nothing_part), (20, 12, 20, 12), 0)
        nothing.addWidget(self._nothing)
        body.addWidget(self._nothing_part)
        body.addWidget(self.rows, 1)
        body.addStretch(0)
        column.addLayout(body, 1)
        column.addWidget(Hairline(look))
        column.addWidget(self._foot())

    def _foot(self) -> QWidget:
        look = self._look
        foot, hints = QWidget(), QWidget()
        scaled(look, QVBoxLayout(foot), (20, 8, 20, 8)).addWidget(hints)
        flow = FlowLayout(look, hints, gap=16, line_gap=4)
        for keys, words in (
            (["↑", "↓"], _(N_("choose"))),
            ([ENTER_KEY], _(N_("open"))),
            (["Tab"], _(N_("what to do"))),
            ([">"], _(N_("commands alone"))),
            (["#"], _(N_("matters alone"))),
        ):
            flow.addWidget(KeyHint(look, keys, words))
        return foot

    def _panel_rect(self) -> QRect:
        px = self._look.px
        width = min(px(_WIDTH_PX), self.width() - 2 * px(_EDGE_PX))
        top = min(px(_TOP_PX), max(px(_EDGE_PX), (self.height() - px(_HEIGHT_PX)) // 2))
        height = min(px(_HEIGHT_PX), self.height() - top - px(_EDGE_PX))
        return QRect((self.width() - width) // 2, top, width, height)

    # --- Searching --------------------------------------------------------------------------------

    def _search(self, typed: str) -> None:
        """One search at a time; what was typed meanwhile is looked for next."""
        self._wanted = typed
        self._opens = False
        if not self.isHidden() and not self._looking:
            self._look_up()

    def _look_up(self) -> None:
        self._looking = True
        task = partial(look_for, self._context.place, self._wanted)
        ask_on(self._context.lanes.store, task, self._take, self._drop, self)

    def _take(self, answers: Answers) -> None:
        self._looking = False
        if answers.typed != self._wanted:
            self._look_up()
            return
        self._answers, self._chosen = answers, ""
        self._show()
        if self._opens:
            self._opens = False
            self._press_current()

    def _drop(self, error: DoorstepError) -> None:
        self._looking = False
        self._nothing.set_text(error.sentence())

    def _show(self) -> None:
        """The lines anew; a household that was chosen stays chosen."""
        answers = self._answers
        rows = rows_for(answers, self._chosen, self._actions, self._commands)
        self.rows.lines.replace(rows)
        if not (self._chosen and self.rows.choose(PaletteKind.HOUSEHOLD, self._chosen)):
            self.rows.choose()
            row = self.rows.current()
            is_home = row is not None and row.kind is PaletteKind.HOUSEHOLD
            self._chosen = row.key if row is not None and is_home else ""
        typed = answers.typed.strip()
        took = _(N_("searched here, {ms} ms")).format(ms=max(1, round(answers.took_ms)))
        self._took.set_text(took if typed else "")
        words = _(N_("Nobody here by “{text}”")).format(text=typed)
        self._nothing.set_text("" if rows else words)
        self._nothing_part.setVisible(not rows)
        self.rows.setVisible(bool(rows))

    # --- Keys -------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line that choose and press; nothing is taken from a composition."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return not self.line.is_composing and self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return self._take_letter(event)
        does: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Up: partial(self._step, -1),
            Qt.Key.Key_Down: partial(self._step, 1),
            Qt.Key.Key_Tab: self._go_to_actions,
            Qt.Key.Key_Return: self._press_best,
            Qt.Key.Key_Enter: self._press_best,
            Qt.Key.Key_Escape: self.dismiss,
        }
        if key not in does:
            return False
        does[key]()
        return True

    def _take_letter(self, event: QKeyEvent) -> bool:
        for action in self._actions:
            if event.key() == ord(action.letter) and self._chosen:
                self._do(action.key)
                return True
        return False

    def _step(self, by: int) -> None:
        self.rows.step(by)
        row = self.rows.current()
        if row is not None and row.kind is PaletteKind.HOUSEHOLD and row.key != self._chosen:
            self._chosen = row.key
            self._show()

    def _go_to_actions(self) -> None:
        row = self.rows.current()
        if row is not None and row.kind is PaletteKind.ACTION:
            self.rows.choose(PaletteKind.HOUSEHOLD, self._chosen)
        else:
            self.rows.choose(PaletteKind.ACTION)

    def _press_best(self) -> None:
        """Enter opens what was typed, also where the answer is still on its way."""
        if self._looking or self._answers.typed != self._wanted:
            self._opens = True
        else:
            self._press_current()

    def _press_current(self) -> None:
        row = self.rows.current()
        if row is not None:
            self._press(row)

    def _press(self, row: PaletteRow) -> None:
        match row.kind:
            case PaletteKind.HOUSEHOLD | PaletteKind.MATTER:
                self._go(Route("household", row.key))
            case PaletteKind.CASE:
                self._go(Route("case", row.key))
            case PaletteKind.ACTION:
                self._do(row.key)
            case PaletteKind.COMMAND:
                self.dismiss()
                self.commanded.emit(row.key)

    def _do(self, page: str) -> None:
        detail = next(one.detail for one in self._actions if one.key == page)
        self._go(Route(page, self._chosen, detail))

    def _go(self, route: Route) -> None:
        self.dismiss()
        self.went.emit(route)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The keyboard stays in the line."""
        return True


class _Line(LineInput):
    """The line, in larger letters."""

    def _restyle(self) -> None:
        self.setFont(self._look.font(TextStep.HEADING, Weight.MEDIUM))
