"""The key sheet cannot lie: each line of each page's table is pressed, and does what it says."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

import desktop.pages
from desktop.keys import is_plain, matches
from tests.shots.windows import Dress, opened, routes
from tests.support.workplaces import household_id, workplace

HOME = household_id("6-2-1602")
BY_HAND = {"visit"}
"""Pages that read some keys by hand still."""


@pytest.fixture(scope="module")
def window(qapp, tmp_path_factory):
    """Every page of the list, in English."""
    with (
        workplace(tmp_path_factory.mktemp("keys")) as place,
        opened(qapp, place, "en") as made,
    ):
        made.wear(Dress(1366, 768))
        yield made


def event_of(keys):
    """A plain key as the keyboard sends it."""
    combined = QKeySequence(keys)[0]
    text = keys if len(keys) == 1 else ""
    return QKeyEvent(QEvent.Type.KeyPress, combined.key(), Qt.KeyboardModifier.NoModifier, text)


def test_every_line_of_every_table_is_a_key(window):
    """A typing error in a key would leave a line that nothing answers."""
    for table in [window.space.table, *(page.table for page in window.space.pages.values())]:
        for act in table.acts:
            assert act.words
            for keys in act.keys:
                assert not QKeySequence(keys).isEmpty(), keys
                assert not is_plain(keys) or matches(event_of(keys), keys), keys


def test_no_key_has_two_meanings_on_a_page(window):
    """Nor one on the page and another one everywhere, unless the page means the same thing."""
    everywhere = [keys for act in window.space.table.acts for keys in act.keys]
    assert len(everywhere) == len(set(everywhere))
    for key, page in window.space.pages.items():
        own = [keys for act in page.table.acts for keys in act.keys]
        assert len(own) == len(set(own)), key
        assert not set(own) & set(everywhere), key


def test_the_status_bar_shows_what_the_table_says(window):
    """Where the table is there, no page writes its own hints."""
    for route in routes(window.space.pages, HOME):
        window.go(route)
        page = window.space.page
        if page.KEY not in BY_HAND:
            assert list(page.keys()) == list(page.table.hints(on_bar=True)), page.KEY


def test_pages_listen_to_keys_in_their_table_alone():
    """A shortcut made beside it would be missing on the sheet."""
    folder = Path(desktop.pages.__file__).parent
    strays = set()
    for path in sorted(folder.rglob("page.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            by_hand = isinstance(node, ast.FunctionDef) and node.name in ("keyPressEvent", "keys")
            if by_hand or (isinstance(node, ast.Name) and node.id == "QShortcut"):
                strays.add(path.parent.name)
    assert strays <= BY_HAND
