"""Settings hold at once; a password changes only with the old one."""

import pytest
from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.settings import SettingsPage
from desktop.settings import Settings
from desktop.widgets.text import Text
from sync.errors import WrongPassword
from sync.store import vault
from tests.support.laptops import PASSWORD
from tests.support.workplaces import page_context, workplace

NEW = "five calm words stand here"


@pytest.fixture
def place(tmp_path):
    """A laptop without a network."""
    with workplace(tmp_path) as made:
        yield made


@pytest.fixture
def page(qtbot, place):
    """Settings in English at 100 %."""
    made = SettingsPage(page_context(place), Settings(language="en"))
    qtbot.addWidget(made)
    made.resize(1150, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.enter(Route("settings"))
    return made


def change(page, qtbot, old, new, again):
    """Fill the form in and press Enter."""
    page._choose(1)
    for field, text in ((page.old, old), (page.new, new), (page.again, again)):
        qtbot.keyClicks(field.edit, text)
    qtbot.keyClick(page.again.edit, Qt.Key.Key_Return)


def test_a_language_is_chosen_by_key(page, qtbot):
    """Each language is named in its own words."""
    heard = []
    page.chosen.connect(heard.append)
    english = page.languages.buttons()[1]
    english.setFocus()
    qtbot.keyClick(english, Qt.Key.Key_Left)

    assert [one.language for one in heard] == ["zh_CN"]


def test_the_text_size_is_chosen_by_key(page, qtbot):
    """One step of the arrow is one step of size."""
    heard = []
    page.chosen.connect(heard.append)
    qtbot.keyClick(page._slider, Qt.Key.Key_Right)

    assert [one.scale for one in heard] == [1.25]


def test_a_size_that_keys_changed_is_where_the_slider_stands(page):
    """Ctrl + works everywhere, and choosing a language must not undo it."""
    page.look.use_scale(1.5)
    page.enter(Route("settings"))
    heard = []
    page.chosen.connect(heard.append)
    page._speak("zh_CN")

    assert page._slider.value() == 1.5
    assert heard[0].scale == 1.5


class TestPassword:
    """The key stays, its wrapping changes; nothing is encrypted anew."""

    def test_the_new_one_opens_and_the_old_one_does_not(self, page, place, qtbot):
        """And the form forgets all three."""
        change(page, qtbot, PASSWORD, NEW, NEW)

        vault.unlock(place.folder.path, NEW)
        with pytest.raises(WrongPassword):
            vault.unlock(place.folder.path, PASSWORD)
        assert [field.text() for field in (page.old, page.new, page.again)] == ["", "", ""]

    @pytest.mark.parametrize(
        ("old", "new", "again", "field", "words"),
        [
            ("wrong wrong wrong", NEW, NEW, "old", "Wrong password"),
            (PASSWORD, "short", "short", "new", "at least 12"),
            (PASSWORD, NEW, NEW + "x", "again", "differ"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, page, place, qtbot, old, new, again, field, words
    ):
        """Everything typed stays, and the old password still opens."""
        change(page, qtbot, old, new, again)

        assert words in getattr(page, field).error()
        assert page.new.text() == new
        vault.unlock(place.folder.path, PASSWORD)


def test_this_computer_names_its_server_and_its_user(page, qtbot):
    """What IT asks for on the phone."""
    words = {text.text() for text in page.findChildren(Text)}

    assert {"陈晓禾", "chenxiaohe", "laptop", "chen", page.place.store.account.server} <= words
