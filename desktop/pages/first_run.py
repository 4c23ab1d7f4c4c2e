"""First run: the server's address, the code, a password, and the download."""

import platform
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.jobs.lanes import Lanes
from desktop.page import ask_on
from desktop.rows import Lamp, Tone
from desktop.services.passwords import LEAST, check_new
from desktop.services.profiles import Profiles
from desktop.services.syncing import STAGES, Connect, NewComputer, connect, enroll
from desktop.services.workplace import Workplace, workplace_on
from desktop.sync_runner import SyncRunner
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.first_run import (
    Step,
    enrolment_code,
    is_about_password,
    server_address,
    step_names,
    step_of,
)
from desktop.widgets.banner import Banner
from desktop.widgets.base import Margins, ScaledLayout, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Hairline
from desktop.widgets.field import LineField
from desktop.widgets.gate import SplitGate, WelcomePanel
from desktop.widgets.lamp import LampMark
from desktop.widgets.progress import CountBar, Part, StepBar
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text import Text
from sync.errors import CertificateRefused, DoorstepError
from sync.i18n import N_, _
from sync.identity import Clock

FORM_PX: Final = 440
_ROOMY: Final[Margins] = (72, 52, 72, 28)
_LOW: Final[Margins] = (24, 16, 24, 12)
_LOW_PX: Final = 480
"""Logical height of the window below which its edges are narrow."""

_STAGE_WORDS: Final = (
    N_("Server reached"),
    N_("Homes, residents, visits"),
    N_("Today's round"),
)
"""What each of ``STAGES`` brings."""


class FirstRunPage(QWidget):
    """Asks one thing a step. What was typed stays, whatever fails.

    Signals:
        opened: the :class:`Workplace`, enrolled and downloaded as far as the person waited.
        left: back from the first step, to the lock of whoever works here already.
    """

    opened = Signal(object)
    left = Signal()

    def __init__(
        self,
        profiles: Profiles,
        lanes: Lanes,
        look: ThemeProvider,
        clock: Clock,
        connect_to: Connect = connect,
        *,
        may_leave: bool = False,
    ) -> None:
        super().__init__()
        self._profiles = profiles
        self._may_leave = may_leave
        self._lanes = lanes
        self._look = look
        self._clock = clock
        self._connect = connect_to
        self._ca_file = ""
        self._place: Workplace | None = None
        self._runner: SyncRunner | None = None
        self._leaving = False
        panel = WelcomePanel(
            look,
            _("Doorstep"),
            _("No network? The round goes on."),
            _("Homes and visits are kept on this computer and synced when you are back."),
        )
        whole = scaled(look, QVBoxLayout(self))
        whole.addWidget(SplitGate(look, panel, self._page()))
        self._begins_at = self._follow_policy()
        self._go_to(self._begins_at)

    # --- Layout -----------------------------------------------------------------------------------

    def _page(self) -> QWidget:
        look = self._look
        page = QWidget()
        column = QVBoxLayout(page)
        self._edge = ScaledLayout(look, column, _ROOMY, 16)
        self._steps = StepBar(look, step_names())
        self._stack = QStackedWidget()
        builds = (self._address, self._code, self._password, self._download)
        self._columns = tuple(self._scrolled(build) for build in builds)
        for one in self._columns:
            self._stack.addWidget(one)
        column.addWidget(self._steps)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot())
        return page

    def _scrolled(self, build: Callable[[QVBoxLayout], None]) -> ScrollColumn:
        column = ScrollColumn(self._look, (2, 24, 12, 8), 12)
        build(column.body)
        column.body.addStretch(1)
        return column

    def _heading(self, column: QVBoxLayout, title: str, detail: str) -> tuple[Text, Text]:
        shown = Text(self._look, title, TextStep.DISPLAY, weight=Weight.BOLD, wraps=True)
        told = Text(self._look, detail, TextStep.BODY, colour="t2", wraps=True)
        column.addWidget(shown)
        column.addWidget(told)
        return shown, told

    def _field(
        self, column: QVBoxLayout, label: str, hint: str = "", *, secret: bool = False
    ) -> LineField:
        field = LineField(self._look, label, hint=hint, secret=secret, height=Height.PRIMARY_LARGE)
        field.setMaximumWidth(self._look.px(FORM_PX))
        field.edit.returnPressed.connect(self._next)
        column.addWidget(field)
        return field

    def _address(self, column: QVBoxLayout) -> None:
        self._heading(
            column, _("Where is the server?"), _("IT gave you an address together with a code.")
        )
        self.address = self._field(column, _("Server address"), "https://")
        self._ca_button = Button(
            self._look, _("IT gave me a CA file"), ButtonKind.LINK, icon="file-text"
        )
        self._ca_button.clicked.connect(self._choose_ca)
        column.addWidget(self._ca_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _code(self, column: QVBoxLayout) -> None:
        self._heading(
            column, _("The code from IT"), _("It works once, for this computer and for you.")
        )
        self.code = self._field(column, _("One-time code"))
        self.device = self._field(column, _("What others call this computer"))
        self.device.set_text(platform.node())

    def _password(self, column: QVBoxLayout) -> None:
        rule = _("At least {least} characters. Four unrelated words are easy to keep in mind.")
        self._heading(column, _("Choose a password"), rule.format(least=LEAST))
        self.password = self._field(column, _("Password"), secret=True)
        self.again = self._field(column, _("Password once more"), secret=True)
        self._banner = Banner(self._look, Tone.WARN)
        self._banner.hide()
        column.addWidget(self._banner)
        safe = Banner(
            self._look,
            Tone.NEUTRAL,
            _("It encrypts everything on this computer"),
            _("Without the password, only your office's two recovery files open it."),
            icon="shield-check",
        )
        column.addWidget(safe)

    def _download(self, column: QVBoxLayout) -> None:
        look = self._look
        self._title, self._told = self._heading(column, "", "")
        self._bar = CountBar(look, height=10)
        self._figure = Text(look, "", TextStep.SECOND, weight=Weight.MEDIUM)
        column.addWidget(self._bar)
        column.addWidget(self._figure)
        self._stages = []
        for words in _STAGE_WORDS:
            row = scaled(look, QHBoxLayout(), (0, 4, 0, 2), 12)
            lamp, state = LampMark(look, Lamp.NOT_DUE), Text(look, "", TextStep.SECOND, colour="t2")
            self._stages.append((lamp, state))
            row.addWidget(lamp)
            row.addWidget(Text(look, _(words), TextStep.BODY), 1)
            row.addWidget(state)
            column.addLayout(row)
            column.addWidget(Hairline(look))
        self._trouble = Banner(look, Tone.WARN)
        self._trouble.hide()
        column.addWidget(self._trouble)
        column.addWidget(
            Banner(
                look,
                Tone.NEUTRAL,
                _("Only what your post covers is downloaded, encrypted with your password"),
                _("A lost computer can be shut out from the server."),
                icon="shield-check",
            )
        )

    def _foot(self) -> QHBoxLayout:
        look = self._look
        row = scaled(look, QHBoxLayout(), spacing=12)
        large = Height.PRIMARY_LARGE
        self.step_back = Button(look, _("Back"), ButtonKind.GHOST, key="Esc", height=large)
        self.step_back.clicked.connect(self._go_to_step_before)
        self._first = Button(look, _("Open now, go on behind"), key="Esc", height=large)
        self._first.clicked.connect(self._open_early)
        self.next = Button(look, "", ButtonKind.PRIMARY, key="⏎", height=large)
        self.next.clicked.connect(self._next)
        row.addWidget(self.step_back)
        row.addStretch(1)
        row.addWidget(self._first)
        row.addWidget(self.next)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._escape)
        return row

    def _follow_policy(self) -> Step:
        """What IT set for this computer is not asked; the step that is left to the person."""
        policy = self._profiles.policy
        self._ca_button.setVisible(not policy.ca_file)
        if not policy.server:
            return Step.ADDRESS
        self.address.set_text(policy.server)
        self.address.edit.setReadOnly(True)
        return Step.CODE

    # --- Steps ------------------------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The step shown."""
        return Step(self._stack.currentIndex())

    def _go_to(self, step: Step) -> None:
        self._stack.setCurrentIndex(step)
        self._steps.set_current(step)
        downloading = step is Step.DOWNLOAD
        self.step_back.setVisible(self._before(step) is not None or self._leaves_from(step))
        self._first.setVisible(downloading)
        last = step is Step.PASSWORD
        self.next.set_words(_("Start the download") if last else _("Next"))
        self.next.setVisible(not downloading)
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        """Who sees a step may type at once."""
        fields = {Step.ADDRESS: self.address, Step.CODE: self.code, Step.PASSWORD: self.password}
        if self.step in fields:
            # Whoever gives the keyboard to the page means its field.
            self.setFocusProxy(fields[self.step])
            fields[self.step].setFocus()
            self._bring_into_sight(fields[self.step])

    def _bring_into_sight(self, part: QWidget) -> None:
        self._columns[self.step].show_now(part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window has no room for wide edges: what is typed into stays in sight."""
        super().resizeEvent(event)
        self._edge.set_margins(_ROOMY if self.height() >= self._look.px(_LOW_PX) else _LOW)
        field = self.focusProxy()
        if field is not None and self._columns[self.step].isAncestorOf(field):
            self._bring_into_sight(field)

    def _before(self, step: Step) -> Step | None:
        """The step before it that the person can change something at."""
        if step in (Step.ADDRESS, Step.DOWNLOAD) or step is self._begins_at:
            return None
        return Step(step - 1)

    def _leaves_from(self, step: Step) -> bool:
        return self._may_leave and step is self._begins_at

    def _go_to_step_before(self) -> None:
        if not self.step_back.isEnabled():
            return
        before = self._before(self.step)
        if before is not None:
            self._go_to(before)
        elif self._leaves_from(self.step):
            self.left.emit()

    def _escape(self) -> None:
        if self.step is Step.DOWNLOAD:
            self._open_early()
        else:
            self._go_to_step_before()

    def _next(self) -> None:
        """Check what this step asks before the next one is shown."""
        if not self.next.isEnabled():
            return
        try:
            if self.step is Step.ADDRESS:
                self.address.set_text(server_address(self.address.text()))
            elif self.step is Step.CODE:
                enrolment_code(self.code.text())
            elif self.step is Step.PASSWORD:
                check_new(self.password.text(), self.again.text())
                self._enroll()
                return
            elif self._runner is not None:
                self._resume()
                return
        except DoorstepError as error:
            self._refuse(error)
            return
        self._go_to(Step(self.step + 1))

    def _choose_ca(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("The organisation's CA file"), "", "PEM (*.pem *.crt *.cer)"
        )
        if path:
            self._ca_file = path
            self._ca_button.set_words(_("CA file: {name}").format(name=Path(path).name))
            self.address.clear_error()

    # --- Enrolling --------------------------------------------------------------------------------

    def _enroll(self) -> None:
        computer = NewComputer(
            server_address(self.address.text()),
            enrolment_code(self.code.text()),
            self.device.text().strip() or platform.node(),
            self._ca_file,
        )
        self._banner.hide()
        self.next.allow(False, _("Calling the server"))
        self.step_back.allow(False, _("Calling the server"))
        task = partial(self._enrolled, computer, self.password.text())
        ask_on(self._lanes.net, task, self._begin_download, self._refuse, self)

    def _enrolled(self, computer: NewComputer, password: str) -> Workplace:
        """Runs on the net lane: spend the code, make the store, open it."""
        folder = self._profiles.reserve(self._profiles.free_name())
        store = enroll(folder, computer, password, self._clock, self._connect)
        return workplace_on(folder, store, self._clock, self._connect)

    def _refuse(self, error: DoorstepError) -> None:
        """Show the error where it can be mended; everything typed stays."""
        self.next.allow(True)
        self.step_back.allow(True)
        step = step_of(error)
        self._go_to(step)
        if step is Step.ADDRESS:
            self.address.set_error(error.sentence())
            if isinstance(error, CertificateRefused):
                self._ca_button.setFocus()
        elif step is Step.CODE:
            self.code.set_error(error.sentence())
        elif is_about_password(error):
            differs = len(self.password.text()) >= LEAST
            field = self.again if differs else self.password
            field.set_error(error.sentence())
            field.setFocus()
            self._bring_into_sight(field)
        else:
            self._banner.say(error.sentence())
            self._banner.show()
            self._bring_into_sight(self._banner)

    # --- Downloading ------------------------------------------------------------------------------

    def _begin_download(self, place: Workplace) -> None:
        self._place = place
        for field in (self.password, self.again):
            field.set_text("")
        self._runner = SyncRunner(place.syncing, self._lanes.net, self)
        self._runner.progressed.connect(self._show_progress)
        self._runner.ended.connect(self._finish)
        self._runner.failed.connect(self._stopped)
        self._runner.cancelled.connect(self._stopped)
        self._go_to(Step.DOWNLOAD)
        user = place.store.account.user
        self._title.set_text(_("Downloading for {name}").format(name=user.name))
        self._resume()

    def _resume(self) -> None:
        assert self._runner is not None
        self._trouble.hide()
        self.next.setVisible(False)
        self._told.set_text(_("A break does no harm: it goes on where it stopped."))
        self._runner.run_now()

    def _show_progress(self, step: str, so_far: int, in_all: int) -> None:
        if step in STAGES:
            at = STAGES.index(step)
            for index, (lamp, state) in enumerate(self._stages):
                lamp.set_state(Lamp.DONE if index < at else Lamp.NOT_DUE)
                done, later = _("done"), _("waits")
                state.set_text(done if index < at else later if index > at else _("under way"))
                state.set_colour("ok_t" if index < at else "t2")
        if in_all:
            self._bar.set_parts([Part(so_far)], in_all)
            self._figure.set_text(
                _("{so_far} / {in_all} records").format(so_far=f"{so_far:,}", in_all=f"{in_all:,}")
            )

    def _finish(self, report: object) -> None:
        self.opened.emit(self._place)

    def _open_early(self) -> None:
        """Open with what is here; the rest comes by itself."""
        if self._runner is None:
            return
        if self._runner.running:
            self._leaving = True
            self._runner.cancel()
            return
        self.opened.emit(self._place)

    def _stopped(self, error: DoorstepError | None = None) -> None:
        if self._leaving:
            self.opened.emit(self._place)
            return
        self._trouble.say(
            error.sentence() if error else _("Stopped"), _("What came so far is kept.")
        )
        self._trouble.show()
        self._bring_into_sight(self._trouble)
        self.next.set_words(_("Go on downloading"))
        self.next.allow(True)
        self.next.setVisible(True)
        self.next.setFocus()
