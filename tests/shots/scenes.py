"""What a worker comes to by keys: each scene is a route and what is pressed there."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.page import Route
from desktop.pages.visit import VisitPage
from desktop.services.workplace import Workplace
from desktop.theme.tokens import ThemeName
from desktop.viewmodels.visit_more import ADULT_AT
from tests.shots.geometry import judged
from tests.shots.windows import Dress, Opened, opened

Key = Qt.Key
NOTHING: Final = Qt.KeyboardModifier.NoModifier
CTRL: Final = Qt.KeyboardModifier.ControlModifier
SCENE_DRESSES: Final = (
    Dress(1366, 768),
    Dress(1440, 900),
    Dress(1440, 900, theme=ThemeName.DARK),
    Dress(1024, 600),
    Dress(1024, 600, theme=ThemeName.DARK),
    Dress(1366, 768, 1.5),
    Dress(1024, 600, 2.0),
)


@dataclass(frozen=True)
class Homes:
    """Whom the scenes are about: somebody alone, a home that two go to, one with a child; what was
    recorded last at the first; and the campaign that asks here."""

    alone: str
    for_two: str
    with_child: str
    visit: str
    campaign: str


@dataclass(frozen=True)
class Scene:
    """One picture: where to go, and what to do there."""

    name: str
    route: Route
    act: Callable[[Opened], None]


def homes_of(place: Workplace, alone: str) -> Homes:
    """The homes on this laptop that the scenes need."""
    doors = list(place.today.round().doors())
    cards = (place.households.card(door.id) for door in doors)
    with_child = next(
        card.line.id
        for card in cards
        if any(one.age is not None and one.age < ADULT_AT for one in card.members)
    )
    for_two = next(door.id for door in doors if door.household.two_people)
    entries = place.households.card(alone).entries
    visit = next(one.id for one in entries if one.kind == "visit")
    campaign = next((one.campaign.id for one in place.campaigns.listed()), "")
    return Homes(alone, for_two, with_child, visit, campaign)


def scenes(homes: Homes, photo: Path) -> tuple[Scene, ...]:
    """Every scene, in the order of a day."""
    today = Route("today")
    return (
        Scene("palette", today, lambda window: search(window, "1602")),
        Scene("palette-commands", today, lambda window: search(window, ">")),
        Scene("palette-nobody", today, lambda window: search(window, "zzzz")),
        Scene("visit-draft", Route("visit", homes.alone, "met"), write_note),
        Scene("visit-hazard", Route("visit", homes.alone, "met"), lambda w: show_hazard(w, photo)),
        Scene("visit-two-people", Route("visit", homes.for_two, "met"), save),
        Scene("visit-duty", Route("visit", homes.with_child, "met"), show_urgent),
        Scene("visit-correction", Route("visit", homes.alone, f"correct:{homes.visit}"), nothing),
        Scene("household-note", Route("household", homes.alone), lambda w: press(w, Key.Key_Slash)),
        Scene("household-edit", Route("household", homes.alone), lambda w: press(w, Key.Key_E)),
        Scene("household-resident", Route("household", homes.alone), lambda w: press(w, Key.Key_A)),
        Scene("paper-wrong", Route("paper"), lambda window: type_line(window, "1 9")),
        Scene("paper-typed", Route("paper"), lambda window: type_line(window, "1 2 9:40 没人")),
        Scene("campaign-tally", Route("campaign", homes.campaign), lambda w: press(w, Key.Key_T)),
        Scene("campaign-asked", Route("campaign_sheet", homes.alone, homes.campaign), save),
        Scene("minors", Route("handbook", "minors"), nothing),
    )


def take_scenes(
    application: QApplication, place: Workplace, household: str, language: str, folder: Path
) -> Iterator[str]:
    """Write ``folder/scenes-<language>/<scene>-<window>.png``; each fault is yielded."""
    while place.store.index.step():
        pass
    place.paper.print_round(place.today.round())
    homes = homes_of(place, household)
    into = folder / f"scenes-{language}"
    into.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as kept:
        photo = Path(kept) / "hose.png"
        QImage(640, 480, QImage.Format.Format_RGB32).save(str(photo))
        with opened(application, place, language) as window:
            yield from play(window, scenes(homes, photo), SCENE_DRESSES, into)


def play(
    window: Opened, wanted: Iterable[Scene], dresses: Iterable[Dress], into: Path | None = None
) -> Iterator[str]:
    """Each scene in each dress, from the first section on; each fault is yielded, pictures go
    ``into``."""
    played = tuple(wanted)
    for dress in dresses:
        window.wear(dress)
        for scene in played:
            found, picture = _take(window, scene)
            if into is not None:
                picture.save(str(into / f"{scene.name}-{dress}.png"))
            where = f"{into.name} " if into else ""
            yield from (f"{where}{scene.name}-{dress}: {fault}" for fault in found)


def _take(window: Opened, scene: Scene) -> tuple[list[str], QPixmap]:
    window.go(Route(window.first))
    window.go(scene.route)
    scene.act(window)
    window.settle()
    taken = judged(window.space)
    window.space.search.dismiss()
    window.space.toast.dismiss()
    return taken


# --- What is done ---------------------------------------------------------------------------------


def nothing(window: Opened) -> None:
    """Some scenes are looked at as they come."""


def press(window: Opened, key: Qt.Key, held: Qt.KeyboardModifier = NOTHING) -> None:
    """Press a key where the keyboard is."""
    window.space.activateWindow()
    window.settle()
    QTest.keyClick(window.application.focusWidget() or window.space, key, held)
    window.settle()


def search(window: Opened, text: str) -> None:
    """Open the palette and look for something."""
    window.space.open_search()
    window.space.search.line.insert(text)
    window.settle()


def type_line(window: Opened, text: str) -> None:
    """Type one line of paper, and Enter."""
    focused = window.application.focusWidget()
    if isinstance(focused, QLineEdit):
        focused.insert(text)
    press(window, Key.Key_Return)


def save(window: Opened) -> None:
    """Try to save what is not finished: what is missing is said."""
    press(window, Key.Key_Return, CTRL)


def write_note(window: Opened) -> None:
    """A few words with a phrase."""
    page = visit_page(window)
    page.fields.insert_phrase(0)
    page.leave()


def show_hazard(window: Opened, photo: Path) -> None:
    """A need, a hazard, and a photo of it."""
    page = visit_page(window)
    page.fields._needs.press("repair")
    page.fields._hazards.press("gas")
    page.photos.consent.click()
    page.photos.take(str(photo))


def show_urgent(window: Opened) -> None:
    """Somebody is not well, and a child lives there."""
    visit_page(window).fields._condition.press("urgent")


def visit_page(window: Opened) -> VisitPage:
    """The form on screen."""
    page = window.space.page
    assert isinstance(page, VisitPage)
    return page
