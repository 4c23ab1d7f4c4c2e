"""Computers (设备): the silent and the troubled first, and what may be done about each."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.page import Act, Page, PageContext, Route, ask_on
from desktop.pages.devices.asking import Question
from desktop.services.devices import DeviceAct, DeviceReply, DevicesReply, DeviceTold
from desktop.services.office_desk import CodeReply
from desktop.sheet import Sheet
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.viewmodels.devices import (
    ALL,
    CODE,
    FILTERS,
    LOOK,
    device_rows,
    device_sheet,
    owner_of,
    shown,
    summary_words,
)
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.beside import give_room
from desktop.widgets.card import Card, Hairline
from desktop.widgets.row_list import RowList
from desktop.widgets.sheet_pane import SheetPane
from desktop.widgets.stack import Stack
from desktop.widgets.state_panel import EmptyState, NotHereState, Skeleton
from desktop.widgets.tabs import Tab, Tabs
from sync.errors import DoorstepError, NetworkError
from sync.i18n import N_, _

_ASKS: Final = {
    DeviceAct.REVOKE: (
        N_("Revoke the computer of {owner}?"),
        N_(
            "It is served no more. At its next contact it hands in what it had not sent and erases "
            "its keys. It can only come back with a new code."
        ),
        N_("Revoke"),
    ),
    DeviceAct.LOST: (
        N_("Declare the computer of {owner} lost?"),
        N_(
            "It is revoked, and the server's part of its key is destroyed: without it nothing on "
            "it opens again. Whose data was on it is listed by doorstep-server device lost, for "
            "the notice that the law asks for."
        ),
        N_("Declare lost"),
    ),
}
_DONE: Final = {
    DeviceAct.RESUME: N_("It may go on."),
    DeviceAct.REVOKE: N_("It is revoked."),
    DeviceAct.LOST: N_("It is lost: the data of {people} residents was on it."),
}


class DevicesPage(Page):
    """A filter, the list, and the sheet of one computer beside it."""

    KEY: ClassVar[str] = "devices"
    SECTION: ClassVar[str] = "devices"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._clock = self.place.clock
        self._devices: list[DeviceTold] = []
        self._filter = ALL
        self._code: tuple[str, str] = ("", "")
        self.question: Question | None = None
        self.tabs = Tabs(self.look, self._tabs(), _(N_("Computers")))
        self.rows = RowList(self.look, _(N_("Computers")))
        self._model = RowListModel(self)
        self.rows.setModel(self._model)
        self._empty = EmptyState(self.look, "")
        self._offline = NotHereState(self.look, "")
        self._stack = Stack()
        self.pane = SheetPane(self.look)
        self._lay_out()
        self.tabs.changed.connect(self.show_filter)
        self.rows.moved.connect(self._show_sheet)
        self.pane.pressed.connect(self.do)
        self._offline.pressed.connect(self._load)
        self.look.changed.connect(self._arrange)

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Computers"))

    def hint(self) -> str:
        """How many there are, and how many want a look."""
        return summary_words(self._devices, self._clock) if self._devices else ""

    def acts(self) -> Sequence[Act]:
        """The list, the filters, and what may be done about one."""
        known = (
            ("E", N_("a code that extends"), DeviceAct.EXTEND.value),
            ("G", N_("let it go on"), DeviceAct.RESUME.value),
            ("X", N_("revoke"), DeviceAct.REVOKE.value),
            ("L", N_("lost"), DeviceAct.LOST.value),
            ("C", N_("enrolment code"), CODE),
        )
        return (
            Act(("J",), _(N_("up and down")), partial(self.rows.move_by, 1), on_bar=False),
            Act(("K",), _(N_("up and down")), partial(self.rows.move_by, -1), on_bar=False),
            *(
                Act((str(at),), _(words), partial(self.show_filter, key), on_bar=at == 1)
                for at, (key, words) in enumerate(FILTERS.items(), 1)
            ),
            *(
                Act((key,), _(words), partial(self.do, act), partial(self.pane.offers, act))
                for key, words, act in known
            ),
        )

    def enter(self, route: Route) -> None:
        """Ask the server anew; the filter and the place in the list are kept."""
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        self._load()

    def leave(self) -> None:
        """A code is shown once."""
        self._code = ("", "")
        self._close()

    def refresh(self) -> None:
        """A sync brought others' changes."""
        self._load()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        row = scaled(self.look, QHBoxLayout(self), (edge, 0, edge, CONTENT_GAP_PX), CONTENT_GAP_PX)
        card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (14, 4, 14, 8), 4)
        head.addWidget(self.tabs)
        card.body.addLayout(head)
        card.body.addWidget(Hairline(self.look))
        card.hold_list(self._stack, Skeleton(self.look), self.rows, self._empty, self._offline)
        row.addWidget(card, 1)
        row.addWidget(self.pane)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        give_room(self.pane, self.look, wanted=self.pane.sheet is not None)

    def _tabs(self) -> list[Tab]:
        counts = {key: len(shown(self._devices, key, self._clock)) for key in FILTERS}
        return [Tab(key, _(words), counts[key] or None) for key, words in FILTERS.items()]

    # --- Reading ----------------------------------------------------------------------------------

    def _load(self) -> None:
        ask_on(self.context.lanes.net, self.place.devices.listed, self._take, self._show_none, self)

    def _take(self, reply: DevicesReply) -> None:
        first = not self._devices
        self._devices = reply.devices
        if first and shown(reply.devices, LOOK, self._clock):
            self._filter = LOOK
        self._show_rows()
        self.headed.emit()

    def _show_none(self, error: DoorstepError) -> None:
        """Without a network nobody knows how the others are."""
        if not isinstance(error, NetworkError):
            self.failed.emit(error)
            return
        self.veil.lift()
        self._devices = []
        self.tabs.set_tabs(self._tabs())
        self._offline.say(error.sentence(), "", _(N_("Try again")))
        self._stack.setCurrentWidget(self._offline)
        self._show_sheet("")
        self.headed.emit()

    def _show_rows(self) -> None:
        key = self.rows.current_key()
        listed = shown(self._devices, self._filter, self._clock)
        self.tabs.set_tabs(self._tabs())
        self.tabs.choose(self._filter)
        self._model.replace(device_rows(listed, self._clock))
        if listed:
            self._stack.setCurrentWidget(self.rows)
        else:
            self._empty.say(_(FILTERS[self._filter]), _(N_("No computer stands here.")))
            self._stack.setCurrentWidget(self._empty)
        if not (key and self.rows.go_to(key)):
            self.rows.go_to_first()
        self._show_sheet(self.rows.current_key())

    def show_filter(self, key: str) -> None:
        """Those to look at, those in use, or those that were revoked."""
        self._filter = key
        self._show_rows()

    def _one(self, key: str) -> DeviceTold | None:
        return next((one for one in self._devices if one.device == key), None)

    def _show_sheet(self, key: str) -> None:
        one = self._one(key)
        if one is None:
            self.pane.show_sheet(Sheet(""))
            self.pane.sheet = None
        else:
            code = self._code[1] if self._code[0] == key else ""
            self.pane.show_sheet(device_sheet(one, self._clock, code))
        self._arrange()

    # --- Acting -----------------------------------------------------------------------------------

    def do(self, act: str) -> None:
        """What a key or a button asks for, about the current computer."""
        one = self._one(self.rows.current_key())
        if one is None or not self.pane.offers(act):
            return
        if act == CODE:
            ask = partial(self.place.office.code, one.staff_id)
            self._ask(ask, partial(self._show_enrolment, one.device))
        elif DeviceAct(act) in _ASKS:
            self._question(DeviceAct(act), one)
        else:
            self._send(DeviceAct(act), one)

    def _question(self, act: DeviceAct, one: DeviceTold) -> None:
        self._close()
        title, told, button = _ASKS[act]
        self.question = Question(
            self.look,
            self,
            _(title).format(owner=owner_of(one)),
            _(told),
            _(button),
            partial(self._send, act, one),
        )
        self.question.closed.connect(self._close)
        self.question.open()

    def _close(self) -> None:
        question, self.question = self.question, None
        if question is not None:
            question.dismiss()
            question.deleteLater()
            self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self, act: DeviceAct, one: DeviceTold) -> None:
        if self.question is not None:
            if not self.question.save.isEnabled():
                return
            self.question.save.setEnabled(False)
        self._ask(partial(self.place.devices.act, act, one.device), partial(self._done, act))

    def _ask(self, work: partial[DeviceReply] | partial[CodeReply], then: partial[None]) -> None:
        ask_on(self.context.lanes.net, work, then, self._refuse, self)

    def _done(self, act: DeviceAct, reply: DeviceReply) -> None:
        self._close()
        if act is DeviceAct.EXTEND:
            self._show_code(reply.device, reply.code)
        else:
            self.said.emit(_(_DONE[act]).format(people=reply.people), None)
        self._load()

    def _show_enrolment(self, device: str, reply: CodeReply) -> None:
        self._show_code(device, reply.code)

    def _show_code(self, device: str, code: str) -> None:
        """Until the page is left."""
        self._code = (device, code)
        self._show_sheet(self.rows.current_key())

    def _refuse(self, error: DoorstepError) -> None:
        if self.question is None:
            self.failed.emit(error)
            return
        self.question.save.setEnabled(True)
        self.question.say(error.sentence())
