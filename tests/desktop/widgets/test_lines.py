"""Lines that are filled anew rather than made anew."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.rows import TimelineItem
from desktop.widgets.lines import Lines
from desktop.widgets.masked_value import MaskedValue
from desktop.widgets.text import Text
from desktop.widgets.timeline import Timeline, TimelineEntry

_PANE_PX = 296
"""What a pane of 328 leaves between its edges."""


@pytest.fixture
def holder(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    made.show()
    return made


@pytest.fixture
def lines(holder, look):
    return Lines(holder.layout(), lambda: Text(look), Text.set_text)


def visible(holder):
    """What a person reads, from the top."""
    box = holder.layout()
    found = [box.itemAt(at).widget() for at in range(box.count())]
    return [line.text() for line in found if line is not None and line.isVisible()]


def test_they_say_what_is_shown_last(holder, lines):
    """Fewer, none, and more than ever before."""
    for words in (["a", "b"], ["c"], [], ["d", "e", "f"]):
        lines.show(words)
        assert visible(holder) == words
        assert [line.text() for line in lines.shown] == words


def test_none_is_made_that_is_there_already(holder, lines):
    """It is what makes the next door come up quickly."""
    lines.show(["a", "b"])
    first = lines.shown
    lines.show(["c"])
    lines.show(["d", "e"])
    assert lines.shown == first


def entry(key, **more):
    """One entry of a history."""
    return TimelineItem(key, f"title of {key}", icon="door", **more)


def test_a_timeline_keeps_the_order_of_its_entries(qtbot, look):
    """Headings stand between entries; another household has others, in other places."""
    line = Timeline(look, "history")
    qtbot.addWidget(line)
    line.show()
    june, may = TimelineItem("june", "June"), TimelineItem("may", "May")
    for items in (
        [june, entry("1"), entry("2"), may, entry("3")],
        [may, entry("4"), june, entry("5", action="Correct")],
        [entry("6")],
        [june, entry("7"), entry("8", text="words"), entry("9"), may],
    ):
        line.set_items(items)
        titles = [label.text() for label in _shown_titles(line)]
        assert titles == [item.title for item in items]


def _shown_titles(line):
    column = line.layout()
    found = [column.itemAt(at).widget() for at in range(column.count())]
    shown = [one for one in found if one is not None and one.isVisible()]
    return [getattr(one, "_title", None) or one._words for one in shown]


def test_the_button_of_an_entry_names_the_entry_that_it_stands_at(qtbot, look):
    """A line that told of another visit before does not correct that one."""
    line = Timeline(look, "history")
    qtbot.addWidget(line)
    line.show()
    pressed = []
    line.action_pressed.connect(pressed.append)
    line.set_items([entry("1", action="Correct", is_quiet=True)])
    line.set_items([entry("2", action="Go on")])
    (button,) = [b for b in line._shown[0]._buttons.values() if b.isVisible()]
    button.click()
    assert (button.words, pressed) == ("Go on", ["2"])


def test_a_number_that_is_shown_in_full_is_hidden_for_the_next_person(qtbot, look):
    """The line is the same, the person is another one."""
    value = MaskedValue(look, "138****1024", "王桂兰")
    qtbot.addWidget(value)
    value.show_full("13800001024")
    value.show_masked("139****6020", "张阿姨", ("person", "zhang", "phone"))
    assert (value.text, value.stands_for) == ("139****6020", ("person", "zhang", "phone"))
    assert "张阿姨" in value._eye.accessibleName()


def test_an_entry_with_long_words_fits_beside_a_list(look, qtbot):
    """In English, in the pane of the least window: its title makes lines, nothing is cut."""
    entry = TimelineEntry(look)
    qtbot.addWidget(entry)
    who, when = "区住建局、街道城管办", "17 Jun 09:40"
    entry.say(TimelineItem("called", "departments called in", icon="door", who=who, when=when))
    assert entry.minimumSizeHint().width() <= look.px(_PANE_PX)
