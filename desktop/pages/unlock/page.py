"""Unlock: the password of one profile. Nothing about a resident can be read here."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.jobs.lanes import Lanes
from desktop.page import ask_on
from desktop.pages.unlock.parts import Assurance, LockPill
from desktop.rows import Tone
from desktop.services.leasing import extend
from desktop.services.locked import Locked
from desktop.services.mending import mend
from desktop.services.passwords import opener_of
from desktop.services.profiles import Profiles
from desktop.services.quick_unlock import DIGITS, QuickCodeWrong, QuickKey, after_a_wrong_code
from desktop.services.workplace import Workplace, open_with_code, open_workplace
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.widgets.avatar import Avatar
from desktop.widgets.banner import Banner
from desktop.widgets.base import scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card
from desktop.widgets.chip import ChipGroup, Choice
from desktop.widgets.field import LineField
from desktop.widgets.gate import centred
from desktop.widgets.logo import Logo
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.skyline import Skyline
from desktop.widgets.text import Text
from sync.errors import CodeWrong, DoorstepError, LeaseEnded, StoreDamaged, WrongPassword
from sync.i18n import N_, _
from sync.identity import Clock

CARD_PX: Final = 420
LEAST_HEIGHT_PX: Final = 560
SAID_AGAIN_MS: Final = 20_000
"""How often it is said anew for how long it is locked."""


class UnlockPage(QWidget):
    """One profile of this computer, or a choice of several.

    Signals:
        opened: the :class:`Workplace`.
        another_asked: somebody without a profile wants to work on this computer.
    """

    opened = Signal(object)
    another_asked = Signal()

    def __init__(
        self,
        profiles: Profiles,
        names: Sequence[str],
        chosen: str | None,
        lanes: Lanes,
        look: ThemeProvider,
        clock: Clock,
        quick: QuickKey | None = None,
    ) -> None:
        super().__init__()
        self._quick = quick
        self._quick_of = chosen if quick is not None else ""
        self._profiles = profiles
        self._lanes = lanes
        self._look = look
        self._clock = clock
        self._name: str = chosen if chosen and chosen in names else names[0]
        self._locked: Locked | None = None
        self._since = QTimer(self, interval=SAID_AGAIN_MS)
        self._since.timeout.connect(self._tell_since)
        ground = Skyline(look, night=False)
        scaled(look, QVBoxLayout(self)).addWidget(ground)
        column = scaled(look, QVBoxLayout(ground), (32, 24, 32, 16))
        column.addLayout(self._brand())
        self._column = ScrollColumn(look)
        self._column.body.addLayout(centred(look, self._card(names), CARD_PX))
        column.addWidget(self._column, 1)
        self.setFocusProxy(self.password)
        self._show_profile()

    def _brand(self) -> QHBoxLayout:
        row = scaled(self._look, QHBoxLayout(), spacing=12)
        row.addWidget(Logo(self._look, 32))
        row.addWidget(Text(self._look, _("Doorstep"), TextStep.TITLE, weight=Weight.BOLD))
        row.addStretch(1)
        self._lock = LockPill(self._look)
        self._lock.hide()
        row.addWidget(self._lock)
        return row

    def _card(self, names: Sequence[str]) -> Card:
        look, centre = self._look, Qt.AlignmentFlag.AlignHCenter
        card = Card(look, (28, 28, 28, 24), 10)
        self._avatar = Avatar(look, "", px=72)
        self._who = Text(look, "", TextStep.HEADING, weight=Weight.BOLD, wraps=True)
        self._where = Text(look, "", TextStep.SECOND, colour="t2", wraps=True)
        for text in (self._who, self._where):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(self._avatar, 0, centre)
        card.body.addWidget(self._who)
        card.body.addWidget(self._where)
        if len(names) > 1:
            card.body.addWidget(self._choice(names))
        self.password = LineField(look, _("Password"), secret=True, height=Height.PRIMARY_LARGE)
        self.password.edit.returnPressed.connect(self._unlock)
        self.six = LineField(look, _(N_("Six digits")), secret=True, height=Height.PRIMARY_LARGE)
        self.six.edit.setMaxLength(DIGITS)
        self.six.edit.returnPressed.connect(self._unlock)
        self.unlock = Button(
            look, _("Unlock"), ButtonKind.PRIMARY, key="⏎", height=Height.PRIMARY_LARGE
        )
        self.unlock.clicked.connect(self._unlock)
        self._trouble = Banner(look, Tone.WARN)
        self._trouble.hide()
        self.mend = Button(look, _("Set it right; unsent edits stay"), ButtonKind.SECONDARY)
        self.mend.clicked.connect(self._mend)
        self.mend.hide()
        self.code = LineField(look, _("Code from IT, by telephone"))
        self.code.edit.returnPressed.connect(self._unlock)
        self.code.hide()
        self._calm = Assurance(look)
        self._forgotten = Banner(
            look,
            Tone.NEUTRAL,
            _("IT gives this computer a new password"),
            _("With the office's two recovery files. Edits that were not sent stay."),
            icon="info",
        )
        self._forgotten.hide()
        asked = (self.six, self.password, self.code, self.unlock)
        for part in (*asked, self._trouble, self.mend, self._forgotten, self._calm):
            card.body.addWidget(part)
        card.body.addLayout(self._ways_out())
        return card

    def _ways_out(self) -> QHBoxLayout:
        row = scaled(self._look, QHBoxLayout(), spacing=8)
        self.another = Button(self._look, _("Somebody else"), ButtonKind.LINK)
        self.another.clicked.connect(self.another_asked)
        self.forgotten = Button(self._look, _("Password forgotten"), ButtonKind.LINK)
        self.forgotten.clicked.connect(self._tell_forgotten)
        row.addWidget(self.another)
        row.addStretch(1)
        row.addWidget(self.forgotten)
        return row

    def _tell_forgotten(self) -> None:
        self._forgotten.show()
        self._column.show_now(self._forgotten)

    def _choice(self, names: Sequence[str]) -> ChipGroup:
        self._profile_chips = ChipGroup(
            self._look, self._choices(names), exclusive=True, name=_("Profile")
        )
        self._profile_chips.choose([self._name])
        self._profile_chips.changed.connect(self._choose)
        return self._profile_chips

    def _choices(self, names: Sequence[str]) -> list[Choice]:
        """Each by its login; by the profile's own name where two have the same."""
        logins = {name: self._opener_of(name)[0] for name in names}
        counts = Counter(logins.values())
        return [Choice(one, login if counts[login] == 1 else one) for one, login in logins.items()]

    def _choose(self, chosen: list[str]) -> None:
        if chosen:
            self._name = chosen[0]
        self._profile_chips.choose([self._name])
        self.password.set_text("")
        self._forget_trouble()
        self._show_profile()
        self.password.setFocus()

    def _forget_trouble(self) -> None:
        self._trouble.hide()
        self.mend.hide()
        self._forget_code()

    def _forget_code(self) -> None:
        self.code.hide()
        self.code.set_text("")

    def show_locked(self, locked: Locked) -> None:
        """Say whose work waits behind the lock, and since when."""
        self._locked = locked
        self._since.start()
        self._say_whose()

    def _show_profile(self) -> None:
        self._say_whose()
        self._show_six()

    def _say_whose(self) -> None:
        locked = self._locked if self._locked and self._locked.profile == self._name else None
        who, where = (locked.name, locked.where) if locked else self._opener_of(self._name)
        self._avatar.set_person(who)
        self._who.set_text(who)
        self._where.set_text(where)
        self._calm.tell(locked)
        self._lock.setVisible(locked is not None)
        self._tell_since()

    def _show_six(self) -> None:
        """The field of the six digits, where they open the profile that is shown."""
        usable = self._quick is not None and not self._quick.is_over(self._clock)
        self.six.setVisible(usable and self._name == self._quick_of)
        self.six.set_text("")
        self.setFocusProxy(self.password if self.six.isHidden() else self.six)

    def _opener_of(self, name: str) -> tuple[str, str]:
        """Login and server: all that can be read of a profile that nobody opened yet."""
        try:
            login, server = opener_of(self._profiles.pick(name))
        except DoorstepError as error:
            self.tell(error)
            return name, ""
        return login, urlsplit(server).netloc

    def _tell_since(self) -> None:
        if self._locked is not None:
            self._lock.tell(self._clock.now() - self._locked.since)

    def _unlock(self) -> None:
        if not self.unlock.isEnabled():
            return
        profiles, name, clock = self._profiles, self._name, self._clock
        typed, code = self.password.text(), self.code.text().strip()
        if self.six.text() and not typed and self._quick is not None:
            self._unlock_quickly(self._quick)
            return
        self._begin(_("Opening"))

        def opened() -> Workplace:
            return open_workplace(profiles.pick(name), typed, clock)

        def go_on(days: int = 0) -> None:
            self._forget_code()
            ask_on(self._lanes.store, opened, self._open, self._refuse, self)

        if not code:
            go_on()
            return
        # A code counts once: with what the opening says then, it is not taken a second time.
        spend = partial(_spend, profiles, name, code)
        ask_on(self._lanes.store, spend, go_on, self._refuse, self)

    def _unlock_quickly(self, quick: QuickKey) -> None:
        profiles, name, clock, six = self._profiles, self._name, self._clock, self.six.text()
        self._begin(_("Opening"))

        def opened() -> Workplace:
            return open_with_code(profiles.pick(name), quick, six, clock)

        ask_on(self._lanes.store, opened, self._open, partial(self._refuse_six, quick), self)

    def _refuse_six(self, quick: QuickKey, error: DoorstepError) -> None:
        """A wrong code costs a try; whatever else it is, the password is asked for."""
        self.unlock.allow(True)
        wrong = isinstance(error, QuickCodeWrong)
        self._quick = after_a_wrong_code(quick) if wrong else None
        self._show_six()
        if wrong:
            self.six.set_error(error.sentence())
            self._take_keyboard(self.six)
            return
        self._take_keyboard(self.password)
        self._refuse(error)

    def _mend(self) -> None:
        """The store was set aside: build another in its place, and open that."""
        profiles, name, clock = self._profiles, self._name, self._clock
        typed = self.password.text()
        self._begin(_("Setting right"))

        def mended() -> Workplace:
            folder = profiles.pick(name)
            mend(folder, typed, clock)
            return open_workplace(folder, typed, clock)

        ask_on(self._lanes.store, mended, self._open, self._refuse, self)

    def _begin(self, word: str) -> None:
        self._trouble.hide()
        self.mend.hide()
        self.password.clear_error()
        self.code.clear_error()
        self.six.clear_error()
        self.unlock.allow(False, word)

    def _open(self, place: Workplace) -> None:
        self.password.set_text("")
        self.code.set_text("")
        self.six.set_text("")
        self.opened.emit(place)

    def _refuse(self, error: DoorstepError) -> None:
        self.unlock.allow(True)
        if isinstance(error, WrongPassword):
            self.password.set_error(error.sentence())
            self.password.edit.selectAll()
            self._take_keyboard(self.password)
            return
        if isinstance(error, CodeWrong):
            self.code.set_error(error.sentence())
            self.code.edit.selectAll()
            self._take_keyboard(self.code)
            return
        self.tell(error)
        if isinstance(error, StoreDamaged):
            self.mend.show()
            self._column.show_now(self.mend)
        if isinstance(error, LeaseEnded):
            self.code.show()
            self._take_keyboard(self.code)

    def _take_keyboard(self, field: LineField) -> None:
        field.setFocus()
        self._column.show_now(field)

    def tell(self, error: DoorstepError) -> None:
        """Say what went wrong above the password."""
        self._trouble.say(error.sentence())
        self._trouble.show()
        self._column.show_now(self._trouble)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what only decorates where the password would be cut off."""
        super().resizeEvent(event)
        roomy = self.height() >= self._look.px(LEAST_HEIGHT_PX)
        self._avatar.setVisible(roomy)
        self._calm.setVisible(roomy)


def _spend(profiles: Profiles, name: str, code: str) -> int:
    return extend(profiles.pick(name), code)
