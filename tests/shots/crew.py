"""What others than a worker come to by keys: the desk, the roster, a case; each with its faults."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.pages.desk import DeskPage
from desktop.pages.desk.list_pane import WAITING
from desktop.pages.held import HeldPage
from desktop.pages.matters import MattersPage
from desktop.pages.people import PeoplePage
from desktop.services.held import HeldLine
from desktop.services.workplace import Workplace
from desktop.viewmodels.people import DISPATCH, GRIDS, LOAD, STAFF
from sync.wire.messages import HeldItem
from tests.shots.computers import computer_scenes
from tests.shots.laptops import OTHER_ROOM, ROOM
from tests.shots.scenes import CTRL, SCENE_DRESSES, Scene, nothing, play, press
from tests.shots.windows import Opened, opened

Key = Qt.Key
Scenes = Callable[[Workplace], tuple[Scene, ...]]


def take_crew_scenes(
    application: QApplication, name: str, place: Workplace, language: str, folder: Path
) -> Iterator[str]:
    """Write ``folder/<name>-<language>/<scene>-<window>.png``; each fault is yielded."""
    while place.store.index.step():
        pass
    with opened(application, place, language) as window:
        into = folder / f"{name}-{language}"
        yield from play(window, crew_scenes(name, place), SCENE_DRESSES, into)


def crew_scenes(name: str, place: Workplace) -> tuple[Scene, ...]:
    """The scenes of one of the laptops."""
    return _OF[name](place)


def _desk(place: Workplace) -> tuple[Scene, ...]:
    home = place.references.household(ROOM).id
    # What is begun for an hour is a draft, which any other form of the same home would begin with.
    other = place.references.household(OTHER_ROOM).id
    desk, person = Route("desk"), Route("certificates", _somebody(place, home))
    return (
        Scene("desk-found", desk, lambda w: desk_page(w).list.search.edit.insert("王桂")),
        Scene("desk-form", Route("desk", home), choose_service),
        Scene("desk-booking", Route("desk", other), begin_booking),
        Scene("desk-missing", Route("desk", home), receive),
        Scene("desk-receipt", Route("desk", home), lambda w: receive(w, complete=True)),
        Scene("desk-walk-in", desk, lambda w: press(w, Key.Key_N, CTRL)),
        Scene("certificate-person", person, lambda w: press(w, Key.Key_2)),
        Scene("desk-waiting", desk, show_waiting),
        Scene("held-waiting", Route("held"), lambda w: show_held(w, home)),
    )


def _roster(place: Workplace) -> tuple[Scene, ...]:
    people = Route("people")
    return (
        Scene("people-new", people, lambda w: press(w, Key.Key_N)),
        Scene("people-staff", Route("people", STAFF), go_down),
        Scene("people-grids", Route("people", GRIDS), go_down),
        Scene("people-load", Route("people", LOAD), go_down),
        Scene("people-dispatch", Route("people", DISPATCH), choose_all),
        Scene("people-hand-over", Route("people", DISPATCH), hand_over),
        Scene("people-post", Route("people", STAFF), lambda w: press_below(w, Key.Key_G)),
        Scene("people-import", people, lambda w: people_page(w).show_tab("lists")),
        Scene("matter-open", Route("matters"), go_down),
    )


def _leader(place: Workplace) -> tuple[Scene, ...]:
    """What a leader has no power over is not shown."""
    return tuple(one for one in _roster(place) if one.name not in _OFFICE_ALONE)


def _mediator(place: Workplace) -> tuple[Scene, ...]:
    return (Scene("mediation-second", Route("mediation"), go_down),)


def _department(place: Workplace) -> tuple[Scene, ...]:
    matters = Route("matters")
    return (
        Scene("department-open", matters, nothing),
        Scene("department-checked-in", matters, tell_next),
        Scene("department-opinion", matters, lambda w: tell_next(w, opinion=True)),
    )


def _street(place: Workplace) -> tuple[Scene, ...]:
    matters = Route("matters")
    return (
        Scene("street-open", matters, nothing),
        Scene("street-whistle", matters, lambda w: press(w, Key.Key_W)),
    )


_OFFICE_ALONE: Final = frozenset({"people-new", "people-post", "people-import"})

_OF: Final[dict[str, Scenes]] = {
    "desk": _desk,
    "mediator": _mediator,
    "leader": _leader,
    "secretary": _roster,
    "department": _department,
    "street": _street,
    "it": computer_scenes,
}


# --- What is done ---------------------------------------------------------------------------------


def go_down(window: Opened) -> None:
    """To the second row."""
    press(window, Key.Key_J)


def press_below(window: Opened, key: Qt.Key) -> None:
    """At the second row."""
    go_down(window)
    press(window, key)


def tell_next(window: Opened, *, opinion: bool = False) -> None:
    """What the department did next: it checks in; or, once it arrived, what it found."""
    page = window.space.page
    assert isinstance(page, MattersPage)
    page.stepping.close()
    go_down(window)
    for _step in range(3 if opinion else 1):
        if page.panel is None:
            press(window, Key.Key_Return)


def choose_all(window: Opened) -> None:
    """All that one person has."""
    people = people_page(window)
    people.asking.close()
    people.dispatching.choose_none()
    press_below(window, Key.Key_P)


def hand_over(window: Opened) -> None:
    """To whom, and what would move."""
    choose_all(window)
    press(window, Key.Key_R)
    page = people_page(window)
    if page.asking.panel is not None:
        chips = page.asking.panel.groups["who"].chips()
        chips[-1].click()


def begin_booking(window: Opened) -> None:
    """An hour to come again."""
    press(window, Key.Key_1)
    press(window, Key.Key_B, CTRL)


def choose_service(window: Opened) -> None:
    """What somebody comes for, and some of its papers."""
    if desk_page(window).form.form.books:
        press(window, Key.Key_B, CTRL)
    press(window, Key.Key_1)


def show_waiting(window: Opened) -> None:
    """What the window has in hand."""
    desk = desk_page(window)
    while desk.list.shown() != WAITING:
        press(window, Key.Key_F6)


def receive(window: Opened, *, complete: bool = False) -> None:
    """A case with all its papers, or with none, and not the hour that was begun before."""
    choose_service(window)
    if complete:
        press(window, Key.Key_A)
    press(window, Key.Key_S, CTRL)


def show_held(window: Opened, home: str) -> None:
    """What a server would keep aside: there is none on the line here."""
    page = window.space.page
    assert isinstance(page, HeldPage)
    item = HeldItem("op", "grid", "visit", home, "elsewhere", "", "", "")
    page._show(
        [
            HeldLine(
                op_id=f"op{at}",
                kind=kind,
                room=room,
                author=author,
                at="2026-06-17T09:12:00+08:00",
                age_s=at * 86_400,
                reason=why,
                said=said,
                can_take=at == 1,
                household_id=home,
                item=item,
                stands=stands,
            )
            for at, (kind, room, author, why, said, stands) in enumerate(_KEPT_ASIDE, 1)
        ]
    )


_KEPT_ASIDE: Final = (
    (
        "走访",
        ROOM,
        "陈晓禾",
        "这户已划到别的网格，由社区来定。",
        (("说了什么", "卫生间地滑，想装扶手"), ("下次", "2026-06-25")),
        {"下次": "2026-06-30"},
    ),
    ("联系电话", "6-2-1203", "马立新", "这一项已有新的写法。", (("电话", "138****2024"),), {}),
)


def desk_page(window: Opened) -> DeskPage:
    """The desk on screen."""
    page = window.space.page
    assert isinstance(page, DeskPage)
    return page


def people_page(window: Opened) -> PeoplePage:
    """The roster on screen."""
    page = window.space.page
    assert isinstance(page, PeoplePage)
    return page


def _somebody(place: Workplace, home: str) -> str:
    """Whom a certificate is about."""
    found = place.store.reading.rows("person", where={"household_id": home}, limit=1)
    return found[0].id if found else home
