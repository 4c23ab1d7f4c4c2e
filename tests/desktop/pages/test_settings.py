"""Settings hold at once; a password changes only with the old one."""

from dataclasses import replace

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
    made = SettingsPage(page_context(place), lambda: Settings(language="en"))
    qtbot.addWidget(made)
    made.resize(1150, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.enter(Route("settings"))
    return made


def change(page, qtbot, old, new, again):
    """Fill the form in and press Enter."""
    page.show_section(1)
    form = page.password
    for field, text in ((form.old, old), (form.new, new), (form.again, again)):
        qtbot.keyClicks(field.edit, text)
    qtbot.keyClick(form.again.edit, Qt.Key.Key_Return)


def test_printing_phrases_and_frequency_are_looked_up_by_key(page, qtbot):
    """J leads through the sections; what the rules and the phrases say stands there."""
    qtbot.keyClick(page._nav[0], Qt.Key.Key_J)
    found = []
    for _section in range(3):
        qtbot.keyClick(page._nav[page._sections.currentIndex()], Qt.Key.Key_J)
        shown = page._sections.currentWidget().findChildren(Text)
        found.append(" | ".join(text.text() for text in shown))
    printing, phrases, frequency = found
    assert "Ctrl P: the round with row numbers, masked" in printing
    assert "All is well, nothing new is needed." in phrases
    assert "every 7 days | 80 or more and alone" in frequency
    assert "every month | older person living alone" in frequency
    assert "mental" not in frequency


def test_a_language_is_chosen_by_key(page, qtbot):
    """Each language is named in its own words."""
    heard = []
    page.chosen.connect(heard.append)
    english = page.appearance.languages.buttons()[1]
    english.setFocus()
    qtbot.keyClick(english, Qt.Key.Key_Left)

    assert [one.language for one in heard] == ["zh_CN"]


def test_the_text_size_is_chosen_by_key(page, qtbot):
    """One step of the arrow is one step of size."""
    heard = []
    page.chosen.connect(heard.append)
    qtbot.keyClick(page.appearance.slider, Qt.Key.Key_Right)

    assert [one.scale for one in heard] == [1.25]


def test_a_size_that_keys_changed_is_where_the_slider_stands(page):
    """Ctrl + works everywhere, and choosing a language must not undo it."""
    page.look.use_scale(1.5)
    page.enter(Route("settings"))
    heard = []
    page.chosen.connect(heard.append)
    page.appearance.speak("zh_CN")

    assert page.appearance.slider.chosen() == 1.5
    assert heard[0].scale == 1.5


@pytest.mark.parametrize(
    ("steps", "theme"), [(1, "light"), (2, "dark")], ids=["one step", "two steps"]
)
def test_the_theme_is_chosen_by_key(page, qtbot, steps, theme):
    """It follows the computer until somebody chooses."""
    heard = []
    page.chosen.connect(heard.append)
    assert page.appearance.themes.chosen() == "system"
    page.appearance.themes.panes()[2].setFocus()
    for _step in range(steps):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Right)

    assert heard[-1].theme == theme


@pytest.mark.parametrize("name", ["compact", "shows_keys", "reduces_motion"])
def test_a_switch_changes_its_setting_and_no_other(page, qtbot, name):
    """Space turns it."""
    heard = []
    page.chosen.connect(heard.append)
    before = Settings(language="en")
    switch = getattr(page.appearance, name)
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)

    assert heard == [replace(before, **{name: not getattr(before, name)})]


class TestPassword:
    """The key stays, its wrapping changes; nothing is encrypted anew."""

    def test_the_new_one_opens_and_the_old_one_does_not(self, page, place, qtbot):
        """And the form forgets all three."""
        change(page, qtbot, PASSWORD, NEW, NEW)

        vault.unlock(place.folder.path, NEW)
        with pytest.raises(WrongPassword):
            vault.unlock(place.folder.path, PASSWORD)
        assert [getattr(page.password, name).text() for name in ("old", "new", "again")] == [""] * 3

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

        assert words in getattr(page.password, field).error()
        assert page.password.new.text() == new
        vault.unlock(place.folder.path, PASSWORD)


def test_this_computer_names_its_server_and_its_user(page, qtbot):
    """What IT asks for on the phone."""
    page.show_section(5)
    words = {text.text() for text in page.findChildren(Text)}

    assert {"陈晓禾", "chenxiaohe", "laptop", "chen", page.place.store.account.server} <= words


def test_a_desk_says_which_window_it_is(qtbot, tmp_path):
    """Receipts carry it; what is no number stays in the field with the reason."""
    with workplace(tmp_path, ("desk_clerk",)) as place:
        page = SettingsPage(page_context(place), lambda: Settings(language="en"))
        qtbot.addWidget(page)
        chosen = []
        page.chosen.connect(chosen.append)
        page.show_section(2)
        field = page.printing.number
        assert not field.isHidden()
        field.set_text("窗口三")
        field.edit.editingFinished.emit()
        assert (chosen, bool(field.error())) == ([], True)
        field.set_text("3")
        field.edit.editingFinished.emit()
        assert [one.window for one in chosen] == ["3"]


def test_nobody_else_is_asked_for_a_window(page):
    """A worker has no window."""
    page.show_section(2)
    assert page.printing.number.isHidden()
