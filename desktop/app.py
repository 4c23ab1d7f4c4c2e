"""The composition root of the window: builds every object and joins them. Starting goes so:

1. settings, language, look; the window appears with unlocking or, on a new computer, first run;
2. the password opens a profile on the store lane: the workplace with its services;
3. the workspace is built with the pages that the user's post needs, and Today is shown;
4. syncing starts by itself. Locking closes the store and goes back to 1.
"""

import gc
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop import crash
from desktop.input_method import prepare_input_method
from desktop.jobs.job import Job
from desktop.jobs.lanes import Lanes, LooseLane, ThreadLane, threaded_lanes
from desktop.main_window import MainWindow
from desktop.page import Page, PageContext, Route
from desktop.pages.conflicts import ConflictsPage
from desktop.pages.first_run import FirstRunPage
from desktop.pages.household import HouseholdPage
from desktop.pages.households import HouseholdsPage
from desktop.pages.mediation_note import MediationNotePage
from desktop.pages.settings import SettingsPage
from desktop.pages.sync_centre import SyncCentrePage
from desktop.pages.today import TodayPage
from desktop.pages.unlock import UnlockPage
from desktop.pages.visit import VisitPage
from desktop.paths import Paths
from desktop.services.profiles import Profiles
from desktop.services.workplace import Workplace
from desktop.settings import Settings, SettingsFile
from desktop.sync_runner import SyncRunner
from desktop.theme.provider import ThemeProvider
from desktop.theme.style import apply_style
from desktop.theme.tokens import ThemeName, load_theme
from desktop.widgets.sidebar import NavGroup, NavItem
from desktop.workspace import Workspace
from sync.errors import DoorstepError
from sync.i18n import N_, _, catalogue
from sync.identity import Clock, SystemClock
from sync.progress import Progress

VISITING: frozenset[str] = frozenset({"grid_worker", "grid_leader", "area_officer", "secretary"})
"""Posts that walk a round; the front desk does not."""


class DoorstepApp(QObject):
    """Joins window, profile and pages for as long as the program runs."""

    def __init__(self, paths: Paths, profile: str | None, clock: Clock, lanes: Lanes) -> None:
        super().__init__()
        self._paths = paths
        self._profile = profile
        self._clock = clock
        self._lanes = lanes
        self._settings_file = SettingsFile(paths.settings_file)
        self.settings = self._settings_file.load()
        catalogue.use(self.settings.language)
        self.look = ThemeProvider(load_theme(ThemeName(self.settings.theme)), self.settings.scale)
        self.window = MainWindow(self.look)
        self.window.closing.connect(self.close_profile)
        self.window.may_close = self._may_close
        self.look.changed.connect(self._keep_scale)
        self._place: Workplace | None = None
        self._runner: SyncRunner | None = None
        self._workspace: Workspace | None = None
        self._told_unkept = False

    @property
    def runner(self) -> SyncRunner | None:
        """What syncs the opened profile."""
        return self._runner

    def show_gate(self) -> None:
        """Ask for the password, or set this computer up where there is no profile yet."""
        profiles = Profiles(self._paths.profiles)
        names = profiles.names()
        if not names:
            first = FirstRunPage(profiles, self._lanes, self.look, self._clock)
            first.opened.connect(self.show_workspace)
            self.window.show_only(first)
            return
        unlock = UnlockPage(profiles, names, self._profile, self._lanes, self.look, self._clock)
        unlock.opened.connect(self.show_workspace)
        self.window.show_only(unlock)

    def show_workspace(self, place: Workplace) -> None:
        """Begin work on an opened profile: its pages, the first one shown, syncing by itself."""
        self._place = place
        self._profile = place.folder.name
        self._runner = SyncRunner(place.syncing, self._lanes.net, self, live=self._lanes.live)
        self._build(place, self._runner)
        self._runner.start_regularly()

    def _build(self, place: Workplace, runner: SyncRunner) -> None:
        context = PageContext(place, self._lanes, self.look)
        posts = set(place.store.account.user.posts)
        groups = sections(posts)
        pages = self._pages(context, posts, runner)
        self._workspace = Workspace(context, groups, pages, runner)
        self._workspace.locked.connect(self.lock)
        self.window.show_only(self._workspace)
        self._workspace.go_to_section(groups[0].items[0].key)

    def go(self, route: Route) -> None:
        """Show a page of the opened profile."""
        assert self._workspace is not None
        self._workspace.go(route)

    def lock(self) -> None:
        """Keep drafts, close the store, cover everything."""
        if self._may_close():
            self.close_profile()
            self.show_gate()

    def _may_close(self) -> bool:
        """Say it once where the disk refused a draft: after that, going is the person's choice."""
        if self._place is None or self._workspace is None or self._told_unkept:
            return True
        if not self._place.store.drafts.unwritten:
            return True
        self._told_unkept = True
        self._workspace.tell_unkept()
        return False

    def close_profile(self) -> None:
        """Let the page keep its draft, stop syncing, and close the store after both."""
        if self._workspace is not None:
            self._workspace.leave()
        if self._runner is not None and self._place is not None:
            self._runner.stop()
            self._runner.blockSignals(True)  # Pages on their way out would ask a closed store.
            closing = Job(partial(_close_store, self._place, self._runner))
            closing.failed.connect(self._tell_at_the_gate)
            closing.settled.connect(self._runner.deleteLater)
            self._lanes.store.start(closing)
        self._place = self._runner = self._workspace = None
        self._told_unkept = False

    def _tell_at_the_gate(self, error: DoorstepError) -> None:
        """A draft was refused at the last moment."""
        gate = self.window.centralWidget()
        if isinstance(gate, UnlockPage):
            gate.tell(error)

    def apply(self, settings: Settings) -> None:
        """Settings hold at once; a new language needs the pages built again."""
        former, self.settings = self.settings, settings
        self._settings_file.save(settings)
        if settings.theme != former.theme:
            self.look.use_theme(ThemeName(settings.theme))
        if settings.scale != former.scale:
            self.look.use_scale(settings.scale)
        if settings.language != former.language:
            self._speak(settings.language)

    def _speak(self, language: str) -> None:
        """Words are set when a widget is built: build the pages again, and come back here."""
        catalogue.use(language)
        self.window.setWindowTitle(_("Doorstep"))
        if self._workspace is not None and self._place is not None and self._runner is not None:
            self._workspace.leave()
            self._build(self._place, self._runner)
            self.go(Route("settings"))

    def _keep_scale(self) -> None:
        """The text size changes by keys, too; it holds the next time."""
        if self.look.scale != self.settings.scale:
            self.settings = replace(self.settings, scale=self.look.scale)
            self._settings_file.save(self.settings)

    def _pages(self, context: PageContext, posts: set[str], runner: SyncRunner) -> Sequence[Page]:
        settings = SettingsPage(context, self.settings)
        settings.chosen.connect(self.apply)
        walking = [TodayPage(context)] if posts & VISITING else []
        return [
            *walking,
            HouseholdsPage(context),
            HouseholdPage(context),
            VisitPage(context),
            MediationNotePage(context),
            ConflictsPage(context),
            SyncCentrePage(context, runner),
            settings,
        ]


def sections(posts: set[str]) -> list[NavGroup]:
    """The sidebar: what the post needs, and only pages that are finished."""
    households = NavItem("households", _(N_("Households")), "users-three")
    today = NavItem("today", _(N_("Today")), "calendar-check")
    data = (
        NavItem("conflicts", _(N_("Conflicts")), "git-merge"),
        NavItem("sync", _(N_("Sync centre")), "cloud-arrow-up"),
    )
    visits = (today, households) if posts & VISITING else (households,)
    return [NavGroup(_(N_("Visits")), visits), NavGroup(_(N_("Data")), data)]


def open_window(paths: Paths, profile: str | None) -> int:
    """Run the app until its window closes; the exit code is returned."""
    crash.start_log(paths.logs)
    prepare_input_method()
    application = QApplication(sys.argv[:1])
    lanes, threads = threaded_lanes()
    root = DoorstepApp(paths, profile, SystemClock(), lanes)
    apply_style(application, root.look)
    root.look.changed.connect(partial(apply_style, application, root.look))
    root.show_gate()
    root.window.show()
    # What is loaded now stays until the end. Looking through all of it again for what could go
    # stopped the window for 80 ms and more, several times in a first sync.
    gc.freeze()
    code = application.exec()
    finish(root, threads)
    return code


def finish(root: DoorstepApp, threads: Sequence[ThreadLane | LooseLane]) -> None:
    """Close the profile if it is open; sessions stop, what waits to be saved is saved."""
    root.close_profile()
    for thread in threads:
        thread.close()


def _close_store(place: Workplace, runner: SyncRunner, report: Progress) -> None:
    """Runs on the store lane, after every draft that was put there before."""
    runner.wait_idle()
    try:
        place.store.drafts.try_again()
    finally:
        place.close()
