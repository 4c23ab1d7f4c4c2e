"""Sync centre: where every record is, what needs a person, and syncing now."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.jobs.job import Task
from desktop.page import Act, Page, PageContext, Route
from desktop.services.courier import SUFFIX, Carried, Done, answers_beside, said
from desktop.services.outbox import Holdings, Outbox, holdings, outbox
from desktop.sync_runner import SyncRunner
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.viewmodels.row_list import RowListModel
from desktop.viewmodels.sync_centre import (
    Fact,
    Standing,
    headline,
    last_session,
    outbox_rows,
    parts_here,
)
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.fact import ValueLine
from desktop.widgets.progress import CountBar, Part
from desktop.widgets.row_list import RowList
from desktop.widgets.scroll import scrolling
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.state_panel import EmptyState, IconDisc
from desktop.widgets.text import Text
from sync.errors import SyncRunning
from sync.i18n import _, n_

SIDE_PX: Final = 336
ONE_PANE_BELOW_PX: Final = 780
_COURIER_FILES: Final = "*{suffix}"


class SyncCentrePage(Page):
    """What waits, what arrived, and why something did not."""

    KEY = "sync"
    SECTION = "sync"

    def __init__(self, context: PageContext, runner: SyncRunner) -> None:
        super().__init__(context)
        self._runner = runner
        self._outbox: Outbox | None = None
        self._holdings: Holdings | None = None
        self._errand = Path()
        self._step: tuple[str, int, int] = ("", 0, 0)
        margin = CONTENT_MARGIN_PX
        # A short window scrolls the whole page, so that nothing is squeezed.
        self._scroll = ScrollColumn(self.look, spacing=CONTENT_GAP_PX)
        outer = scaled(self.look, QVBoxLayout(self), (margin, 0, margin, 12))
        outer.addWidget(self._scroll)
        column = self._scroll.body
        column.addWidget(self._head_card())
        row = scaled(self.look, QHBoxLayout(), spacing=CONTENT_GAP_PX)
        row.addWidget(self._list_card(), 1)
        row.addWidget(self._side_column())
        column.addLayout(row, 1)
        self.look.changed.connect(self._arrange)
        runner.started.connect(self._show_standing)
        runner.progressed.connect(self._show_progress)
        runner.ended.connect(self._after_session)
        runner.failed.connect(self._after_session)
        runner.cancelled.connect(self._after_session)
        runner.errand_done.connect(self._tell)
        runner.errand_failed.connect(self._after_session)

    def title(self) -> str:
        """What the top bar says."""
        return _("Sync centre")

    def acts(self) -> Sequence[Act]:
        """Moving and opening, also while the keyboard is on a button."""
        rows = self._list
        return (
            Act(("J",), _("up and down"), partial(rows.move_by, 1)),
            Act(("K",), _("up and down"), partial(rows.move_by, -1)),
            Act(("Return",), _("open"), self._open_current),
        )

    def _open_current(self) -> None:
        if self._list.current_key():
            self._open(self._list.current_key())

    def enter(self, route: Route) -> None:
        """Show what waits."""
        self._list.setFocus()
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        place = self.place
        self.ask(lambda: (outbox(place), holdings(place)), self._show)

    # --- Layout -----------------------------------------------------------------------------------

    def _head_card(self) -> Card:
        look = self.look
        card = Card(look, (20, 14, 18, 14))
        row = scaled(look, QHBoxLayout(), spacing=16)
        self._disc = IconDisc(look, "cloud-slash", px=56)
        lines = scaled(look, QVBoxLayout(), spacing=2)
        self._title = Text(look, "", TextStep.HEADING, weight=Weight.BOLD, wraps=True)
        self._detail = Text(look, "", TextStep.BODY, colour="t2", wraps=True)
        self._bar = CountBar(look, height=6)
        for part in (self._title, self._detail, self._bar):
            lines.addWidget(part)
        self._cancel = Button(look, _("Stop"), icon="x", height=Height.PRIMARY)
        self._cancel.clicked.connect(self._runner.cancel)
        self._now = Button(
            look,
            _("Sync now"),
            ButtonKind.PRIMARY,
            icon="arrows-clockwise",
            key="Ctrl R",
            height=Height.PRIMARY,
        )
        self._now.clicked.connect(self._runner.run_now)
        row.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(lines, 1)
        tall = Height.PRIMARY
        self._export = Button(look, "", icon="export", height=tall)
        self._export.clicked.connect(self._pack)
        self._import = Button(look, "", icon="download-simple", height=tall)
        self._import.clicked.connect(self._bring)
        self._couriers = {
            self._import: _("From a USB stick"),
            self._export: _("To a USB stick"),
        }
        buttons = scaled(look, QHBoxLayout(), spacing=12)
        for button in (self._import, self._export, self._cancel, self._now):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(buttons)
        self._head = row
        card.body.addLayout(row)
        return card

    def _list_card(self) -> Card:
        look = self.look
        card = Card(look, (1, 6, 1, 6), 0)
        self._model = RowListModel()
        self._list = RowList(look, _("Records and where they are"))
        self._list.setModel(self._model)
        self._list.opened.connect(self._open)
        self._list.action_pressed.connect(self._open)
        self._empty = EmptyState(
            look,
            _("Nothing waits"),
            _("What is saved here shows up in this list until it has arrived."),
        )
        card.body.addWidget(self._list, 1)
        card.body.addWidget(self._empty, 1)
        return card

    def _side_column(self) -> QWidget:
        look = self.look
        holder = QWidget()
        column = scaled(look, QVBoxLayout(holder), (0, 0, 4, 0), CONTENT_GAP_PX)
        self._last_card, self._here_card = Card(look), Card(look)
        self._last_title = SectionTitle(look, _("Last sync"))
        self._here_title = SectionTitle(look, _("On this computer"))
        self._last = self._grid(self._last_card, self._last_title)
        self._here = self._grid(self._here_card, self._here_title)
        self._owned = Text(look, "", TextStep.NOTE, colour="t2", wraps=True)
        self._here_card.body.addWidget(self._owned)
        column.addWidget(self._last_card)
        column.addWidget(self._here_card)
        column.addStretch(1)
        self._side = scrolling(holder)
        return self._side

    def _grid(self, card: Card, title: SectionTitle) -> QVBoxLayout:
        card.body.addWidget(title)
        holder = QVBoxLayout()
        card.body.addLayout(holder)
        return holder

    # --- Showing ----------------------------------------------------------------------------------

    def _show(self, found: tuple[Outbox, Holdings]) -> None:
        self._outbox, self._holdings = found
        rows = outbox_rows(self._outbox, self.place.clock)
        self._model.replace(rows)
        self._list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if rows and not self._list.current_key():
            self._list.go_to_first()
        self._show_standing()
        self._show_side(self._holdings)

    def _standing(self) -> Standing:
        step, so_far, in_all = self._step
        waits, here = self._outbox, self._holdings
        return Standing(
            running=self._runner.running,
            step=step,
            so_far=so_far,
            in_all=in_all,
            error=self._runner.last_error,
            last_sync=here.last_sync if here else "",
            waiting=len(waits.waiting) if waits else 0,
            needs_you=waits.needs_you if waits else 0,
        )

    def _show_standing(self) -> None:
        standing = self._standing()
        head = headline(standing, self.place.clock)
        self._disc.set_icon(head.icon, head.tone)
        self._title.set_text(head.title)
        counted = standing.running and standing.in_all > 0
        detail = head.detail
        if counted:
            figure = _("{so_far} of {in_all}").format(
                so_far=standing.so_far, in_all=standing.in_all
            )
            detail = f"{detail} · {figure}"
        self._detail.set_text(detail)
        self._bar.setVisible(counted)
        self._bar.set_parts([Part(standing.so_far)], standing.in_all)
        self._cancel.setVisible(standing.running)
        for button in (self._now, self._export, self._import):
            button.setVisible(not standing.running)

    def _show_progress(self, step: str, so_far: int, in_all: int) -> None:
        self._step = (step, so_far, in_all)
        self._show_standing()

    def _after_session(self, *_result: object) -> None:
        self._step = ("", 0, 0)
        self.refresh()

    def _show_side(self, here: Holdings) -> None:
        clock = self.place.clock
        facts = last_session(self._runner.last_report, here.last_sync, clock)
        self._fill(self._last, facts)
        self._here_title.set_hint(
            n_("{count} household", "{count} households", here.households).format(
                count=f"{here.households:,}"
            )
        )
        self._fill(self._here, parts_here(here, clock))
        self._owned.set_text(_("Only what your post covers is here, encrypted."))

    def _fill(self, holder: QVBoxLayout, facts: Sequence[Fact]) -> None:
        while holder.count():
            former = holder.takeAt(0).widget()
            former.hide()
            former.deleteLater()
        for icon, label, value in facts:
            holder.addWidget(ValueLine(self.look, icon, label, value))

    # --- A line that a person carries -------------------------------------------------------------

    def _pack(self) -> None:
        """Write what waits into a file that the person names."""
        courier = self.place.courier
        proposed = str(Path.home() / courier.proposed_name())
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Where to write what waits"), proposed, _COURIER_FILES.format(suffix=SUFFIX)
        )
        if path:
            self._run(Path(path), partial(courier.export, Path(path)))

    def _bring(self) -> None:
        """Hand a colleague's file over, or take the answers to one's own in."""
        path, _kind = QFileDialog.getOpenFileName(
            self, _("What the courier brought"), "", _COURIER_FILES.format(suffix=SUFFIX)
        )
        if path:
            self._run(Path(path), partial(self.place.courier.bring, Path(path), None))

    def _run(self, file: Path, errand: Task) -> None:
        self._errand = file
        if not self._runner.run_errand(errand):
            self.failed.emit(SyncRunning())

    def _tell(self, done: Done) -> None:
        """What the errand did, and what to carry where."""
        file = answers_beside(self._errand) if isinstance(done, Carried) else self._errand
        self.said.emit(said(done, file), None)
        self._after_session()

    def _open(self, key: str) -> None:
        kind, _colon, rest = key.partition(":")
        if kind == "case":
            self.went.emit(Route("conflicts", rest))
            return
        if kind == "photo":
            self._send_again(rest.partition(":")[0])
            return
        household_id = rest.rpartition(":")[2]
        if household_id and kind != "unsaved":
            self.went.emit(Route("household", household_id))

    def _send_again(self, photo_id: str) -> None:
        words = _("The photo waits for the network again")
        self.ask(partial(self.place.photos.send_again, photo_id), partial(self._say_again, words))

    def _say_again(self, words: str, _nothing: object) -> None:
        self.said.emit(words, None)
        self.changed.emit()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Leave the figures out where the list would become too narrow to read, and the words of
        the courier's buttons; then the buttons stand below what the head says."""
        is_wide = self.width() >= self.look.px(ONE_PANE_BELOW_PX)
        self._side.setFixedWidth(self.look.px(SIDE_PX))
        self._side.setVisible(is_wide)
        self._disc.setVisible(is_wide)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._head.setDirection(across if is_wide else down)
        for button, words in self._couriers.items():
            button.set_words(words if is_wide else "")
            button.setToolTip("" if is_wide else words)
            button.setAccessibleName(words)
