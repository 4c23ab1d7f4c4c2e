"""The sidebar in windows of every height: no section is out of reach."""

import pytest
from PySide6.QtWidgets import QMenu

from desktop.widgets.sidebar import NavGroup, NavItem, Sidebar

ITEMS = tuple(NavItem(f"s{at}", f"Section {at}", "users-three") for at in range(9))


@pytest.fixture
def sidebar(qtbot, look):
    """Nine sections in two groups."""
    made = Sidebar(look, "Doorstep", "place", [NavGroup("A", ITEMS[:5]), NavGroup("B", ITEMS[5:])])
    made.set_user("陈晓禾", "grid worker")
    qtbot.addWidget(made)
    made.resize(made.width(), 768)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(sidebar):
    """The sections in sight."""
    return [item.key for item in ITEMS if sidebar.button(item.key).isVisible()]


def test_where_there_is_room_every_section_stands_there(sidebar):
    """And no button for more."""
    assert len(shown(sidebar)) == 9
    assert not sidebar._more.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize(("height", "narrow"), [(360, True), (360, False), (260, True)])
def test_a_rail_too_short_ends_in_more(sidebar, qtbot, height, narrow):
    """The first ones stay, the others are one press away, and the sum is all of them."""
    sidebar.set_arrangement(60 if narrow else 188, narrow)
    sidebar.resize(sidebar.width(), height)
    seen = shown(sidebar)
    assert 0 < len(seen) < 9
    assert seen == [item.key for item in ITEMS[: len(seen)]]
    sidebar._more.click()
    menu = sidebar.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == [
        item.words for item in ITEMS[len(seen) :]
    ]
    with qtbot.waitSignal(sidebar.chosen) as heard:
        menu.actions()[-1].trigger()
    menu.close()
    assert heard.args == ["s8"]
    assert sidebar._more.isChecked()


def test_nothing_of_it_is_squeezed(sidebar):
    """Each button keeps its height."""
    for height in range(240, 780, 20):
        sidebar.resize(sidebar.width(), height)
        sidebar.layout().activate()
        for key in shown(sidebar):
            assert sidebar.button(key).height() >= 36, height
        assert sidebar.layout().minimumSize().height() <= height
