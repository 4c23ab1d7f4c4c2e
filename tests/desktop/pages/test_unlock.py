"""Unlock: a password, one calm sentence when it is wrong, and nothing to read."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from desktop.jobs.lanes import InlineLane, Lanes
from desktop.pages.unlock import UnlockPage
from desktop.pages.unlock import page as unlock_page
from desktop.pages.unlock.parts import since_words
from desktop.services.locked import Locked
from desktop.services.profiles import Connection, ProfileFolder, Profiles
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.widgets.text import Text
from sync.errors import CodeWrong, LeaseEnded, WrongPassword
from tests.support.laptops import PASSWORD, TickingClock, new_store, open_store

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def profiles(tmp_path):
    """Two locked profiles of this computer."""
    for name in ("chen", "liu"):
        folder = ProfileFolder(name, tmp_path / name)
        new_store(folder.path).close()
        folder.remember(Connection("https://doorstep.example.cn"))
    return Profiles(tmp_path)


@pytest.fixture
def shown(qtbot, profiles):
    """Makes the page for some of the profiles."""

    def show(names, chosen=None):
        lane = InlineLane()
        look = ThemeProvider(load_theme(ThemeName.LIGHT))
        clock = TickingClock(NOW)
        page = UnlockPage(profiles, names, chosen, Lanes(lane, lane), look, clock)
        qtbot.addWidget(page)
        page.resize(1366, 728)
        page.places = []
        page.opened.connect(page.places.append)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    return show


def unlock(page, qtbot, password):
    """Type a password and press Enter."""
    qtbot.keyClicks(page.password.edit, password)
    qtbot.keyClick(page.password.edit, Qt.Key.Key_Return)


def said(page):
    """Every word in sight."""
    return " ".join(text.text() for text in page.findChildren(Text) if text.isVisible())


def test_the_password_opens_the_profile(shown, qtbot):
    """And is forgotten at once."""
    page = shown(["chen"])
    unlock(page, qtbot, PASSWORD)

    (place,) = page.places
    assert place.folder.name == "chen"
    assert page.password.text() == ""
    place.close()


def test_a_wrong_password_can_be_typed_again(shown, qtbot):
    """Nothing is erased; what was typed is marked, so that typing replaces it."""
    page = shown(["chen"])
    unlock(page, qtbot, "not the right words")
    assert page.places == []
    assert "nothing is erased" in page.password.error()
    unlock(page, qtbot, PASSWORD)

    (place,) = page.places
    place.close()


def test_several_profiles_are_chosen_by_name(shown, qtbot):
    """The one used last stands first in hand."""
    page = shown(["chen", "liu"], "liu")
    assert page._profile_chips.chosen() == ["liu"]
    page._profile_chips.press("chen")
    unlock(page, qtbot, PASSWORD)

    (place,) = page.places
    assert place.folder.name == "chen"
    place.close()


def test_a_profile_open_elsewhere_says_so(shown, qtbot, profiles):
    """The button is there for another try."""
    held = open_store(profiles.pick("chen").path)
    page = shown(["chen"])
    unlock(page, qtbot, PASSWORD)

    assert page.places == []
    assert "already open" in page._trouble.accessibleName()
    assert page.unlock.isEnabled()
    held.close()


def test_only_the_login_and_the_server_can_be_read(shown):
    """No name, no count, no grid stands before the password."""
    page = shown(["chen"])
    words = " ".join(text.text() for text in page.findChildren(Text))

    assert "127.0.0.1:9" in words
    assert "陈晓禾" not in words
    assert "丰和" not in words


def test_what_waits_behind_the_lock_is_said_of_whoever_locked(shown):
    """Her name, since when and how much is not sent; of another profile, the login alone."""
    page = shown(["chen", "liu"], "chen")
    page.show_locked(Locked("chen", "陈晓禾", "丰和社区 · 第3网格", NOW, unsent=14, days_left=5))
    words = said(page)
    assert "陈晓禾" in words
    assert "丰和社区 · 第3网格" in words
    assert "for 5 more days" in words
    assert "14 edits are not sent yet" in words
    assert page._lock.isVisible()

    page._profile_chips.press("liu")
    assert "陈晓禾" not in said(page)
    assert "14 edits" not in said(page)
    assert not page._lock.isVisible()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "Locked just now"),
        (1, "Locked for 1 minute"),
        (59, "Locked for 59 minutes"),
        (60, "Locked for 1 hour"),
        (150, "Locked for 2 hours"),
    ],
)
def test_for_how_long_it_is_locked(minutes, words):
    """In the largest unit that is full."""
    assert since_words(timedelta(minutes=minutes)) == words


def test_a_forgotten_password_has_a_way(shown, qtbot):
    """Who can help, and that nothing is lost by it."""
    page = shown(["chen"])
    assert "recovery files" not in said(page)
    qtbot.mouseClick(page.forgotten, Qt.MouseButton.LeftButton)
    assert "recovery files" in said(page)


def test_a_damaged_profile_is_set_right_from_here(shown, qtbot, profiles):
    """It was set aside; the next press builds it anew, and nothing that was not sent is lost."""
    folder = profiles.pick("chen")
    folder.store_file.write_bytes(bytes(8192))
    page = shown(["chen"])
    assert not page.mend.isVisible()
    unlock(page, qtbot, PASSWORD)
    assert page.mend.isVisible()

    qtbot.mouseClick(page.mend, Qt.MouseButton.LeftButton)

    (place,) = page.places
    assert place.store.account.client_id == "client"
    place.close()


def test_a_code_by_telephone_is_typed_below_the_password(shown, qtbot, profiles, monkeypatch):
    """The field shows once the server's part was given up; a wrong code says so beside it."""

    def ended(*arguments):
        raise LeaseEnded

    monkeypatch.setattr(unlock_page, "open_workplace", ended)
    page = shown(["chen"])
    assert not page.code.isVisible()
    unlock(page, qtbot, PASSWORD)
    assert page.code.isVisible()

    qtbot.keyClicks(page.code.edit, "ABCD-EFGH-JKMN-PQRS")
    qtbot.keyClick(page.code.edit, Qt.Key.Key_Return)

    assert "wrong" in page.code.error()
    assert page.places == []


def test_a_code_that_was_taken_is_not_asked_for_again(shown, qtbot, monkeypatch):
    """It counts once: a password that was mistyped beside it is all that has to be typed anew."""
    codes = []

    def closed(folder, password, clock):
        raise WrongPassword if codes else LeaseEnded

    def extend(folder, code):
        if codes:
            raise CodeWrong
        codes.append(code)
        return 3

    monkeypatch.setattr(unlock_page, "open_workplace", closed)
    monkeypatch.setattr(unlock_page, "extend", extend)
    page = shown(["chen"])
    unlock(page, qtbot, "not the right words")
    qtbot.keyClicks(page.code.edit, "ABCD-EFGH-JKMN-PQRS")
    qtbot.keyClick(page.code.edit, Qt.Key.Key_Return)

    assert page.password.error()
    assert (page.code.isVisible(), page.code.text()) == (False, "")
    monkeypatch.undo()
    unlock(page, qtbot, PASSWORD)
    (place,) = page.places
    place.close()
