"""What the lock says beside the password: since when it is locked, that it opens without a network,
and where the records are."""

from datetime import timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from desktop.services.locked import Locked
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.card import Well
from desktop.widgets.field import IconMark
from desktop.widgets.painting import draw_panel, smooth
from desktop.widgets.text import Text
from sync.i18n import _, n_


class LockPill(Themed):
    """For how long it is locked."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        row = scaled(look, QHBoxLayout(self), (12, 4, 12, 4), 6)
        self._words = Text(look, "", TextStep.SECOND, colour="t2")
        row.addWidget(IconMark(look, "lock-simple", "t2", 16))
        row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def tell(self, passed: timedelta) -> None:
        """Say it anew."""
        self._words.set_text(since_words(passed))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill."""
        painter = QPainter(self)
        smooth(painter)
        theme = self._look.theme
        draw_panel(painter, QRectF(self.rect()), self.height() / 2, theme.surface, theme.line2)


class Assurance(Well):
    """What whoever locked need not worry about; in general words where nobody is known."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, margins=(12, 10, 12, 10), spacing=8)
        self._offline = self._line("cloud-slash", Weight.MEDIUM)
        self._kept = self._line("hard-drive", Weight.REGULAR)
        self.tell(None)

    def _line(self, icon: str, weight: Weight) -> Text:
        row = scaled(self._look, QHBoxLayout(), spacing=10)
        text = Text(self._look, "", TextStep.SECOND, weight=weight, wraps=True)
        row.addWidget(IconMark(self._look, icon, "mute_t"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        self.body.addLayout(row)
        return text

    def tell(self, locked: Locked | None) -> None:
        """Say it of the profile that is chosen."""
        self._offline.set_text(_offline_words(locked))
        self._kept.set_text(_kept_words(locked))


def _offline_words(locked: Locked | None) -> str:
    if locked is None or locked.days_left is None:
        return _("Unlocks without a network, too")
    return n_(
        "Unlocks without a network, for {days} more day",
        "Unlocks without a network, for {days} more days",
        locked.days_left,
    ).format(days=locked.days_left)


def _kept_words(locked: Locked | None) -> str:
    if locked is None:
        return _("What was saved is on this computer, encrypted.")
    if not locked.unsent:
        return _("Everything is sent; what is kept here is encrypted.")
    return n_(
        "{count} edit is not sent yet: it is on this computer, encrypted",
        "{count} edits are not sent yet: they are on this computer, encrypted",
        locked.unsent,
    ).format(count=f"{locked.unsent:,}")


def since_words(passed: timedelta) -> str:
    """For how long it is locked."""
    minutes = passed // timedelta(minutes=1)
    if minutes < 1:
        return _("Locked just now")
    if minutes < 60:
        return n_("Locked for {count} minute", "Locked for {count} minutes", minutes).format(
            count=minutes
        )
    hours = minutes // 60
    return n_("Locked for {count} hour", "Locked for {count} hours", hours).format(count=hours)
