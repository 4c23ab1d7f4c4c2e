"""The real window, screen by screen, and what is pressed before each picture."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import DoorstepApp
from desktop.demo.cast import PASSWORD, WORKER, Demo
from desktop.jobs.lanes import InlineLane, Lanes
from desktop.page import Route
from desktop.pages.first_run import FirstRunPage
from desktop.paths import paths_for
from desktop.services.profiles import Profiles
from desktop.services.workplace import open_workplace
from desktop.theme.style import apply_style
from desktop.workspace import Workspace
from sync.i18n import catalogue
from sync.identity import SystemClock

SIZE: Final = (1366, 768)
IN_ENGLISH: Final = ("today", "household", "conflicts")


class Camera:
    """Takes pictures of one window after the other. ``taken`` names them."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self.application = application
        self.taken: list[str] = []
        self._folder = folder

    @contextmanager
    def window(self, home: Path, profile: str | None, language: str) -> Iterator[DoorstepApp]:
        """The app's window in one language, with work done inline, closed at the end."""
        os.environ["DOORSTEP_LANG"] = language
        lane = InlineLane()
        root = DoorstepApp(paths_for(home), profile, SystemClock(), Lanes(lane, lane))
        catalogue.use(language)
        apply_style(self.application, root.look)
        root.show_gate()
        root.window.resize(*SIZE)
        root.window.show()
        root.window.activateWindow()
        QTest.qWaitForWindowActive(root.window)
        try:
            yield root
        finally:
            root.window.close()

    def take(self, root: DoorstepApp, name: str) -> None:
        """Let the window settle, then write ``name``.png."""
        for _round in range(3):
            self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            self.application.processEvents()
        root.window.grab().save(str(self._folder / f"{name}.png"))
        self.taken.append(name)

    def press(self, *keys: Qt.Key) -> None:
        """Press keys wherever the keyboard is."""
        for key in keys:
            self.application.processEvents()
            focused = self.application.focusWidget()
            if focused is not None:
                QTest.keyClick(focused, key)


def take_all(camera: Camera, demo: Demo, room: str) -> None:
    """Every screen in Chinese, a few in English, and the desk's masked lists."""
    take_gates(camera, demo)
    with camera.window(demo.home, demo.worker.profile, "zh_CN") as root:
        take_worker(camera, root, demo, room)
    with camera.window(demo.home, demo.worker.profile, "en") as root:
        household = open_profile(root, demo, demo.worker.profile, room)
        for key in IN_ENGLISH:
            root.go(Route(key, household if key == "household" else ""))
            camera.take(root, f"{key}-en")
    with camera.window(demo.home, demo.desk.profile, "zh_CN") as root:
        open_profile(root, demo, demo.desk.profile, room)
        root.go(Route("households"))
        camera.take(root, "desk-households")


def open_profile(root: DoorstepApp, demo: Demo, profile: str, room: str) -> str:
    """Unlock a profile of the demo; the id of the household at ``room``."""
    folder = Profiles(paths_for(demo.home).profiles).pick(profile)
    place = open_workplace(folder, PASSWORD, SystemClock())
    root.skip_tour(folder.name)
    root.show_workspace(place)
    return place.references.household(room).id


def take_worker(camera: Camera, root: DoorstepApp, demo: Demo, room: str) -> None:
    """The worker's sections and one household's pages."""
    household = open_profile(root, demo, demo.worker.profile, room)
    screens: tuple[tuple[str, Route, Callable[[], None]], ...] = (
        ("today", Route("today"), _nothing),
        ("households", Route("households"), _nothing),
        ("household", Route("household", household), _nothing),
        ("household-resident", Route("household", household), lambda: camera.press(Qt.Key.Key_A)),
        ("building", Route("building", household), _nothing),
        ("building-care", Route("building", household), lambda: camera.press(Qt.Key.Key_H)),
        ("visit", Route("visit", household, "met"), _nothing),
        ("visit-not-home", Route("visit", household, "not_home"), _nothing),
        ("mediation-note", Route("mediation_note", household), _nothing),
        (
            "conflicts",
            Route("conflicts", household),
            lambda: camera.press(Qt.Key.Key_B, Qt.Key.Key_J, Qt.Key.Key_Right, Qt.Key.Key_J),
        ),
        ("sync-centre", Route("sync"), _nothing),
        ("settings", Route("settings"), _nothing),
        ("handbook", Route("handbook"), _nothing),
    )
    for name, route, act in screens:
        root.go(route)
        act()
        camera.take(root, name)
    take_overlays(camera, root)


def take_overlays(camera: Camera, root: DoorstepApp) -> None:
    """What lies over a page: the first day's cards, the key sheet, the cover."""
    space = root.window.centralWidget()
    assert isinstance(space, Workspace)
    root.go(Route("today"))
    space.tour.show()
    camera.take(root, "first-day")
    space.tour.hide()
    space.show_keys()
    camera.take(root, "keys")
    space.key_sheet.dismiss()
    space.turn_cover()
    camera.take(root, "covered")
    space.turn_cover()


def take_gates(camera: Camera, demo: Demo) -> None:
    """The first run of a new computer, step by step, and the lock."""
    with camera.window(demo.home / "new", None, "zh_CN") as root:
        page = root.window.centralWidget()
        assert isinstance(page, FirstRunPage)
        camera.take(root, "first-run")
        page.opened.disconnect()
        page.address.set_text(demo.server.url)
        page.next.click()
        page.code.set_text(demo.command_server("code", WORKER, "--json").json()["code"])
        page.next.click()
        page.password.set_text(PASSWORD)
        page.again.set_text(PASSWORD)
        camera.take(root, "first-run-password")
        page.next.click()
        camera.take(root, "first-run-download")
    with camera.window(demo.home, demo.worker.profile, "zh_CN") as root:
        camera.take(root, "unlock")


def _nothing() -> None:
    """Some screens are looked at as they come."""
