"""A window of an opened profile with every page of ``desktop.screens``, for looking at geometry."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from desktop.jobs.job import Job
from desktop.jobs.lanes import InlineLane, Lane, Lanes
from desktop.page import PageContext, Route
from desktop.screens import Kit, build_pages
from desktop.sections import groups, keys_of
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import Workplace, workplace_on
from desktop.settings import Settings
from desktop.sync_runner import SyncRunner
from desktop.theme.provider import ThemeProvider
from desktop.theme.style import dress, dress_window
from desktop.theme.tokens import ThemeName, load_theme
from desktop.workspace import Workspace
from sync.errors import DiskFull
from sync.i18n import catalogue
from tests.support.laptops import TickingClock, account_of, new_store
from tests.support.workplaces import NOBODY_LISTENS, NOW

PASSES: Final = 6
"""Rounds of posted events after which a window stands still."""


@dataclass(frozen=True)
class Dress:
    """How a window is looked at."""

    width: int
    height: int
    scale: float = 1.0
    theme: ThemeName = ThemeName.LIGHT
    compact: bool = False

    def __str__(self) -> str:
        parts = [f"{self.width}x{self.height}", f"{self.scale:.0%}"]
        parts += [self.theme.value] if self.theme is ThemeName.DARK else []
        return "-".join([*parts, "compact"] if self.compact else parts)


CASE_FORMS: Final = ("party", "talk", "step:declined", "agreement", "sign", "scan", "expert")
"""Details of a route to the form of a case, one for each kind."""

BORN: Final = Dress(1366, 768)


class SilentLane:
    """A store whose answers are still on their way: what a page shows while it loads."""

    def start(self, job: Job) -> None:
        """Keep nothing; the answer never comes."""


class BrokenLane:
    """A disk that is full: every answer is an error."""

    def start(self, job: Job) -> None:
        """Fail it as the job itself would."""
        job.failed.emit(DiskFull())
        job.settled.emit()


class FirstLanes(QObject):
    """Lets the store answer, or not, as a test wants from one moment to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.lane: Lane = InlineLane()

    def start(self, job: Job) -> None:
        """Pass it on to what stands for the store now."""
        self.lane.start(job)


@dataclass
class Opened:
    """A workspace, its look, and the lane that may be changed under it."""

    space: Workspace
    look: ThemeProvider
    lane: FirstLanes
    application: QApplication
    keys: tuple[str, ...] = ("today",)

    @property
    def first(self) -> str:
        """The page that its sidebar begins with."""
        return self.keys[0]

    def wear(self, dress: Dress) -> None:
        """Take a size, a text size, colours and a density; the language is set when it is built."""
        self.look.use_display(compact=dress.compact, shows_keys=True, reduces_motion=True)
        if self.look.theme.name is not dress.theme:
            self.look.use_theme(dress.theme)
        if self.look.scale != dress.scale:
            self.look.use_scale(dress.scale)
        self.space.resize(dress.width, dress.height)
        self.settle()

    def go(self, route: Route) -> None:
        """Show a page and let it stand still; what waits for an answer has waited long enough."""
        self.space.toast.dismiss()
        if route == Route(route.page) and self.space.sidebar.holds(route.page):
            self.space.go_to_section(route.page)
        else:
            self.space.go(route)
        self.settle()
        self.space.page.veil.show_loading()
        self.settle()

    def settle(self) -> None:
        """Let layouts, deferred deletions and answers happen."""
        for _round in range(PASSES):
            self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            self.application.processEvents()


@contextmanager
def bare_place(folder: Path) -> Iterator[Workplace]:
    """A laptop that holds nothing yet; closed at the end."""
    profile = ProfileFolder("new", folder / "new")
    profile.path.mkdir(parents=True)
    profile.remember(Connection(NOBODY_LISTENS))
    clock = TickingClock(NOW)
    place = workplace_on(profile, new_store(profile.path, account_of(), clock), clock)
    try:
        yield place
    finally:
        place.close()


@contextmanager
def opened(
    application: QApplication,
    place: Workplace,
    language: str,
    lane: Lane | None = None,
    born: Dress = BORN,
    net: Lane | None = None,
) -> Iterator[Opened]:
    """A window in one language, built in the look ``born``; closed at the end. Without ``net``
    no answer of the network ever comes."""
    former = catalogue.language
    catalogue.use(language)
    store = FirstLanes()
    store.lane = lane or InlineLane()
    look = ThemeProvider(load_theme(born.theme), born.scale)
    dress(application, look)  # As the app does: before any page listens to the look.
    runner = SyncRunner(place.syncing, net or SilentLane())
    kit = Kit(PageContext(place, Lanes(store, store), look), runner, Settings, _nothing)
    pages = build_pages(kit)
    keys = keys_of(place.store.account.user.posts, set(pages))
    space = Workspace(kit.context, groups(keys), pages, runner)
    dress_window(space, look)
    space.show()
    # Far from every control: a picture shows nothing as pointed at.
    QCursor.setPos(space.mapToGlobal(space.rect().bottomRight()) + QPoint(9_999, 9_999))
    try:
        yield Opened(space, look, store, application, tuple(keys))
    finally:
        space.hide()
        space.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        catalogue.use(former)


def routes(pages: Iterable[str], household: str, campaign: str = "", case: str = "") -> list[Route]:
    """Each page as it is entered; those of one household, campaign or case, with it."""
    of_one: dict[str, list[Route]] = {
        "household": [Route("household", household)],
        "visit": [Route("visit", household, result) for result in ("met", "not_home")],
        "mediation_note": [Route("mediation_note", household)],
        "case": [Route("case", case)],
        "case_form": [
            Route("case_form", household, "opening"),
            *(Route("case_form", case, detail) for detail in CASE_FORMS if case),
        ],
        "case_people": [Route("case_people"), *([Route("case_people", case)] if case else [])],
        "dossier": [Route("dossier", case)],
        "campaign": [Route("campaign", campaign)],
        "campaign_sheet": [Route("campaign_sheet", household, campaign)],
    }
    return [route for key in pages for route in of_one.get(key, [Route(key)])]


def _nothing(settings: Settings) -> None:
    """Settings of a window that is only looked at are not kept."""
