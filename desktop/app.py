"""The composition root of the window: builds every object and joins them. Starting goes so:

1. settings, language, look; the window appears with unlocking or, on a new computer, first run;
2. the password opens a profile on the store lane: the workplace with its services;
3. the workspace is built with the pages that the user's post needs, and Today is shown;
4. syncing starts by itself. Locking closes the store, and a fresh process begins with 1.
"""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.jobs.job import Job
from desktop.jobs.lanes import Lanes
from desktop.locking.fresh import Handed
from desktop.locking.guard import Guard
from desktop.locking.leaving import Leaving, forget_clipboard
from desktop.main_window import MainWindow
from desktop.page import PageContext, Route
from desktop.pages.first_run import FirstRunPage
from desktop.pages.held_shut import HeldShutPage
from desktop.pages.unlock import UnlockPage
from desktop.paths import Paths
from desktop.qt_words import speak_in_dialogs
from desktop.screens import Kit, build_pages
from desktop.sections import groups, keys_of
from desktop.services.locked import Locked, locked_now
from desktop.services.policy import NO_POLICY, Policy
from desktop.services.profiles import Profiles
from desktop.services.quick_unlock import QuickKey
from desktop.services.workplace import Workplace
from desktop.settings import SYSTEM, Settings, SettingsFile
from desktop.sync_runner import SyncRunner
from desktop.theme.following import SystemTheme
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.update_watch import UpdateWatch
from desktop.workspace import Workspace
from sync.errors import DoorstepError
from sync.i18n import _, catalogue
from sync.identity import Clock
from sync.progress import Progress


class DoorstepApp(QObject):
    """Joins window, profile and pages for as long as the program runs.

    Attributes: ``leaving``, how this process ends with a lock; ``None``: it goes on, locked.

    Signals:
        stood: a profile is open, and its window has what it makes ahead of anybody's asking.
    """

    stood = Signal()

    def __init__(
        self,
        paths: Paths,
        profile: str | None,
        clock: Clock,
        lanes: Lanes,
        system: SystemTheme | None = None,
        guard: Guard | None = None,
        policy: Policy = NO_POLICY,
    ) -> None:
        super().__init__()
        self.leaving: Leaving | None = None
        self._quick: QuickKey | None = None
        self._paths = paths
        self._profile = profile
        self._clock = clock
        self._lanes = lanes
        self._policy = policy
        self._settings_file = SettingsFile(paths.settings_file, policy.language)
        self.settings = self._settings_file.load()
        _use_language(self.settings.language)
        self._system = system or SystemTheme(parent=self)
        self._system.changed.connect(self._follow_system)
        self.look = ThemeProvider(load_theme(self._theme_name()), self.settings.scale)
        self._use_display()
        self.window = MainWindow(self.look)
        self.window.closing.connect(self.close_profile)
        self.window.may_close = self._may_close
        self.look.changed.connect(self._keep_scale)
        self._place: Workplace | None = None
        self._runner: SyncRunner | None = None
        self._workspace: Workspace | None = None
        self._told_unkept = False
        self._locked: Locked | None = None
        self._guard = guard
        self._update_watch: UpdateWatch | None = None
        if guard is not None:
            guard.due.connect(self._lock_unasked)

    @property
    def runner(self) -> SyncRunner | None:
        """What syncs the opened profile."""
        return self._runner

    def show_gate(self) -> None:
        """Ask for the password, or set this computer up where there is no profile yet."""
        profiles = Profiles(self._paths.profiles, self._policy)
        names = profiles.names()
        if not names:
            first = FirstRunPage(profiles, self._lanes, self.look, self._clock)
            first.opened.connect(self.show_workspace)
            self.window.show_only(first)
            return
        unlock = UnlockPage(
            profiles, names, self._profile, self._lanes, self.look, self._clock, self._quick
        )
        self._quick = None
        unlock.opened.connect(self.show_workspace)
        unlock.another_asked.connect(self._set_another_up)
        if self._locked is not None:
            unlock.show_locked(self._locked)
        self.window.show_only(unlock)

    def _set_another_up(self) -> None:
        """One more person works on this computer; back leads to the lock."""
        profiles = Profiles(self._paths.profiles, self._policy)
        first = FirstRunPage(profiles, self._lanes, self.look, self._clock, may_leave=True)
        first.opened.connect(self.show_workspace)
        first.left.connect(self.show_gate)
        self.window.show_only(first)

    def show_held_shut(self, error: DoorstepError) -> None:
        """Say why nobody can work here until IT has mended it."""
        self.window.show_only(HeldShutPage(self.look, error))

    def show_workspace(self, place: Workplace) -> None:
        """Begin work on an opened profile: its pages, the first one shown, syncing by itself."""
        self._place = place
        self._locked = None
        self._profile = place.folder.name
        self._runner = SyncRunner(place.syncing, self._lanes.net, self, live=self._lanes.live)
        self._build(place, self._runner)
        if self._update_watch is not None:
            look = partial(self._update_watch.look, place.folder.connection())
            self._runner.ended.connect(lambda _report: look())
        self._runner.start_regularly()
        if self._workspace is not None:
            self._workspace.tell_lease()
            self._workspace.tell_found()
        if self._guard is not None:
            self._guard.begin(place, self.window.handle())

    def _build(self, place: Workplace, runner: SyncRunner) -> None:
        context = PageContext(place, self._lanes, self.look)
        pages = build_pages(Kit(context, runner, self._now, self.apply))
        keys = keys_of(place.store.account.user.posts, set(pages))
        self._workspace = Workspace(context, groups(keys), pages, runner)
        self._workspace.locked.connect(self.lock)
        self._workspace.theme_asked.connect(self._turn_theme)
        self._workspace.toured.connect(self._end_tour)
        self._workspace.stood.connect(self.stood)
        if place.folder.name not in self.settings.toured:
            self._workspace.offer_tour()
        self.window.show_only(self._workspace)
        self._workspace.go_to_section(keys[0])

    def watch_updates(self, watch: UpdateWatch) -> None:
        """Look for newer versions after syncs, and say so where one waits."""
        self._update_watch = watch
        watch.placed.connect(self._tell_update)

    def _tell_update(self, version: str) -> None:
        if self._workspace is not None:
            self._workspace.tell(
                _("Version {version} starts the next time.").format(version=version)
            )

    def go(self, route: Route) -> None:
        """Show a page of the opened profile."""
        assert self._workspace is not None
        self._workspace.go(route)

    def lock(self) -> None:
        """Keep drafts, cover everything, close the store, and have a fresh process show the lock
        screen: what was read stays in this one's memory for as long as it runs."""
        place = self._place
        if not self._may_close() or place is None:
            return
        forget_clipboard()
        self._quick = place.quick.key
        self._ask_whom_it_locks(place)
        if self.leaving is not None:
            hand_over = partial(self._handed, self._quick)
            self.leaving.begin(self._lanes.store, place.store, self._paths, hand_over)
        self.close_profile()
        self.show_gate()

    def _handed(self, quick: QuickKey | None) -> Handed:
        """What the lock screen of the fresh process is told; whom it locks is known by then."""
        assert self._profile is not None
        geometry = bytes(self.window.saveGeometry().data())
        return Handed(self._profile, geometry, self.window.isMinimized(), quick, self._locked)

    def take_over(self, handed: Handed) -> None:
        """Stand where the window before this one stood, locked; call before the gate is shown."""
        self._profile, self._quick = handed.profile, handed.quick
        self._locked = handed.locked
        self.window.restoreGeometry(handed.geometry)

    def _ask_whom_it_locks(self, place: Workplace) -> None:
        """The gate does not wait for the answer: it comes while the store is closed."""
        asking = Job(lambda _report: locked_now(place))
        asking.done.connect(self._tell_locked)
        self._lanes.store.start(asking)

    def _tell_locked(self, locked: Locked) -> None:
        self._locked = locked
        gate = self.window.centralWidget()
        if isinstance(gate, UnlockPage):
            gate.show_locked(locked)

    def _lock_unasked(self) -> None:
        """Nobody is there who could be asked about a draft that the disk refused: it stays in
        memory, behind the cover."""
        if self._workspace is None or self._place is None:
            return
        if not self._place.store.drafts.unwritten:
            self.lock()
        elif not self._workspace.is_covered:
            self._workspace.turn_cover()

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
        if self._guard is not None:
            self._guard.end()
        if self._workspace is not None:
            self._workspace.leave()
        if self._runner is not None and self._place is not None:
            self._runner.stop()
            self._runner.blockSignals(True)  # Pages on their way out would ask a closed store.
            closing = Job(partial(_close_store, self._place, self._runner))
            closing.failed.connect(self._tell_at_the_gate)
            closing.settled.connect(self._runner.deleteLater)
            if self.leaving is not None:
                closing.settled.connect(self.leaving.closed)
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
        if self._theme_name() is not self.look.theme.name:
            self.look.use_theme(self._theme_name())
        if settings.scale != self.look.scale:
            self.look.use_scale(settings.scale)
        self._use_display()
        if settings.language != former.language:
            self._speak(settings.language)

    def _now(self) -> Settings:
        return self.settings

    def _theme_name(self) -> ThemeName:
        chosen = self.settings.theme
        return self._system.name() if chosen == SYSTEM else ThemeName(chosen)

    def _follow_system(self) -> None:
        if self._theme_name() is not self.look.theme.name:
            self.look.use_theme(self._theme_name())

    def _use_display(self) -> None:
        chosen = self.settings
        self.look.use_display(
            compact=chosen.compact,
            shows_keys=chosen.shows_keys,
            reduces_motion=chosen.reduces_motion,
        )

    def _turn_theme(self) -> None:
        """The other of light and dark, by a key: from here on the app no longer follows."""
        other = "light" if self.look.theme.is_dark else "dark"
        self.apply(replace(self.settings, theme=other))
        if self._workspace is not None:
            self._workspace.page.refresh()

    def skip_tour(self, profile: str) -> None:
        """Whoever works in ``profile`` knows the cards of the first day."""
        if profile not in self.settings.toured:
            self.apply(replace(self.settings, toured=(*self.settings.toured, profile)))

    def _end_tour(self) -> None:
        if self._profile is not None:
            self.skip_tour(self._profile)

    def _speak(self, language: str) -> None:
        """Words are set when a widget is built: build the pages again, and come back here."""
        _use_language(language)
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


def _use_language(language: str) -> None:
    catalogue.use(language)
    speak_in_dialogs(catalogue.language)


def _close_store(place: Workplace, runner: SyncRunner, report: Progress) -> None:
    """Runs on the store lane, after every draft that was put there before."""
    runner.wait_idle()
    try:
        place.store.drafts.try_again()
    finally:
        place.close()
