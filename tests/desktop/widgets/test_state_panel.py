"""What stands where content would: its words always have their room, the disc what is left."""

import pytest

from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.widgets.state_panel import EmptyState, IconDisc

WORDS = "今天的走访都做完了"
REASON = (
    "明天要去的、答应过的和约好的都在后面几天里,现在可以同步、打印敲门单,或者提前走访明天的住户。"
)


@pytest.fixture
def shown(qtbot):
    """Shows a panel at a size and text size."""

    def show(width, height, scale=1.0):
        panel = EmptyState(ThemeProvider(load_theme(ThemeName.LIGHT), scale), WORDS)
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        return panel

    return show


def is_whole(panel):
    """Whether the disc stands there with all of its height, or not at all."""
    disc = panel.findChild(IconDisc)
    return not disc.isVisible() or disc.height() >= disc.sizeHint().height()


def test_the_disc_stands_where_there_is_room(shown):
    """In the usual window."""
    panel = shown(500, 400)
    assert panel.findChild(IconDisc).isVisible()
    assert is_whole(panel)


@pytest.mark.parametrize("height", range(60, 420, 20))
def test_words_that_come_later_push_the_disc_out(shown, height):
    """A panel that keeps its size gets a reason and a next step: nothing is squeezed."""
    panel = shown(360, height, 2.0)
    panel.say(WORDS, REASON, "提前看明天")
    assert is_whole(panel)
