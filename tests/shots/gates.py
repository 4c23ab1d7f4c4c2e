"""What stands before the work, in each of its states: the lock and its mending, a computer that is
held shut, and the steps of a first run with what can be wrong at each."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.jobs.lanes import Lanes
from desktop.pages.first_run import FirstRunPage
from desktop.pages.held_shut import HeldShutPage
from desktop.pages.unlock import UnlockPage
from desktop.services.locked import Locked
from desktop.services.policy import PolicyBroken
from desktop.services.profiles import Profiles
from desktop.services.syncing import STAGES
from desktop.theme.provider import ThemeProvider
from desktop.theme.style import dress, dress_window
from desktop.theme.tokens import ThemeName, load_theme
from desktop.viewmodels.first_run import Step
from sync.errors import (
    CertificateRefused,
    CodeRefused,
    CodeWrong,
    DoorstepError,
    LeaseEnded,
    PasswordTooShort,
    ServerUnreachable,
    StoreDamaged,
    WrongPassword,
)
from sync.i18n import _, catalogue
from sync.identity import SystemClock
from tests.shots.geometry import judged
from tests.shots.windows import PASSES, Dress, SilentLane, bare_place

GATE_DRESSES: Final = (
    Dress(1366, 768),
    Dress(1366, 768, theme=ThemeName.DARK),
    Dress(1024, 600, 1.5),
    Dress(1024, 600, 2.0),
)
_ASIDE: Final = "/home/chen/.local/share/doorstep/profiles/chen/set-aside/20260618T022400Z"


@dataclass(frozen=True)
class Opening:
    """What a gate is built with."""

    profiles: Profiles
    look: ThemeProvider

    def unlock(self) -> UnlockPage:
        """The lock of a computer with one profile."""
        names, lanes = self.profiles.names(), Lanes(SilentLane(), SilentLane())
        return UnlockPage(self.profiles, names, None, lanes, self.look, SystemClock())

    def first_run(self) -> FirstRunPage:
        """A computer without one."""
        lanes = Lanes(SilentLane(), SilentLane())
        return FirstRunPage(self.profiles, lanes, self.look, SystemClock())

    def another(self) -> FirstRunPage:
        """One more person on a computer that has one."""
        lanes = Lanes(SilentLane(), SilentLane())
        return FirstRunPage(self.profiles, lanes, self.look, SystemClock(), may_leave=True)

    def held_shut(self) -> HeldShutPage:
        """A policy that cannot be used."""
        broken = PolicyBroken(source="/etc/doorstep/policy.toml", line=7, why="lock_minutes = 45.")
        return HeldShutPage(self.look, broken)


Build = Callable[[Opening], QWidget]
Act = Callable[[Any], None]


def _nothing(page: QWidget) -> None:
    """Some are looked at as they come."""


def _refuse(*errors: DoorstepError) -> Act:
    def act(page: UnlockPage | FirstRunPage) -> None:
        for error in errors:
            page._refuse(error)

    return act


def _locked(page: UnlockPage) -> None:
    since = SystemClock().now() - timedelta(minutes=12, seconds=5)
    page.show_locked(Locked("new", "陈晓禾", "丰和社区 · 第3网格", since, 14, 5))


def _forget(page: UnlockPage) -> None:
    page.forgotten.click()


def _go_to(step: Step) -> Act:
    def act(page: FirstRunPage) -> None:
        page._go_to(step)

    return act


def _stop(page: FirstRunPage) -> None:
    page._title.set_text(_("Downloading for {name}").format(name="陈晓禾"))
    page._go_to(Step.DOWNLOAD)
    page._show_progress(STAGES[1], 7_700, 123_456)
    page._stopped(ServerUnreachable())


_LOCK, _FIRST = Opening.unlock, Opening.first_run
GATES: Final[dict[str, tuple[Build, Act]]] = {
    "unlock": (_LOCK, _nothing),
    "unlock-locked": (_LOCK, _locked),
    "unlock-forgotten": (_LOCK, _forget),
    "unlock-wrong": (_LOCK, _refuse(WrongPassword())),
    "unlock-damaged": (_LOCK, _refuse(StoreDamaged(folder=_ASIDE))),
    "unlock-away": (_LOCK, _refuse(LeaseEnded(), CodeWrong())),
    "held-shut": (Opening.held_shut, _nothing),
    "first-address": (_FIRST, _nothing),
    "first-another": (Opening.another, _nothing),
    "first-code": (_FIRST, _go_to(Step.CODE)),
    "first-password": (_FIRST, _go_to(Step.PASSWORD)),
    "first-no-server": (_FIRST, _refuse(ServerUnreachable())),
    "first-no-certificate": (_FIRST, _refuse(CertificateRefused())),
    "first-no-code": (_FIRST, _refuse(CodeRefused())),
    "first-short": (_FIRST, _refuse(PasswordTooShort(least=12))),
    "first-stopped": (_FIRST, _stop),
}
"""Which gate, and what happens there."""


@contextmanager
def _built(application: QApplication, worn: Dress) -> Iterator[Callable[[str], QWidget]]:
    """Builds a gate by its name, shows it in a dress and lets it stand still."""
    look = ThemeProvider(load_theme(worn.theme), worn.scale)
    dress(application, look)
    pages: list[QWidget] = []

    def build(name: str) -> QWidget:
        make, act = GATES[name]
        page = make(there)
        pages.append(page)
        dress_window(page, look)
        page.resize(worn.width, worn.height)
        page.show()
        settle()
        act(page)
        settle()
        return page

    def settle() -> None:
        for _round in range(PASSES):
            application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            application.processEvents()

    with tempfile.TemporaryDirectory() as home, bare_place(Path(home)):
        there = Opening(Profiles(Path(home)), look)
        try:
            yield build
        finally:
            for page in pages:
                page.hide()
                page.deleteLater()


@contextmanager
def gate(application: QApplication, name: str, worn: Dress) -> Iterator[QWidget]:
    """One gate, shown."""
    with _built(application, worn) as build:
        yield build(name)


def gates(
    application: QApplication, language: str, worn: Dress, into: Path | None = None
) -> Iterator[str]:
    """Every gate in one language and dress; each fault is yielded, pictures go ``into``."""
    former = catalogue.language
    catalogue.use(language)
    try:
        with _built(application, worn) as build:
            for name in GATES:
                page = build(name)
                found, picture = judged(page)
                page.hide()
                if into is not None:
                    picture.save(str(into / f"{name}-{worn}.png"))
                yield from (f"{name} {worn}: {fault}" for fault in found)
    finally:
        catalogue.use(former)


def take_gates(
    language: str, application: QApplication, _home: Path, folder: Path
) -> Iterator[str]:
    """Write ``folder/gates-<language>/<gate>-<window>.png``; each fault is yielded."""
    into = folder / f"gates-{language}"
    into.mkdir(parents=True)
    for worn in GATE_DRESSES:
        yield from gates(application, language, worn, into)
