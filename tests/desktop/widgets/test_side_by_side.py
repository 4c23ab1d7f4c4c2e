"""Two versions of a field: what differs is marked, and a person settles it."""

import pytest
from PySide6.QtCore import Qt

from desktop.widgets.marked_text import changed_spans
from desktop.widgets.side_by_side import Side, SideBySide, SideOffer, SideValues


@pytest.mark.parametrize(
    ("mine", "theirs", "marked"),
    [
        ("138****1024", "138****1042", (["24"], ["42"])),
        ("听力弱。", "听力弱，敲门久一点。", ([], ["，敲门久一点"])),
        ("外出", "仅户籍", (["外出"], ["仅户籍"])),
        ("一样", "一样", ([], [])),
        ("", "新的", ([], ["新的"])),
    ],
)
def test_only_what_differs_is_marked(mine, theirs, marked):
    """Two phone tails differ as a whole, not in a lucky digit."""
    in_mine, in_theirs = changed_spans(mine, theirs)
    assert [mine[start : start + length] for start, length in in_mine] == marked[0]
    assert [theirs[start : start + length] for start, length in in_theirs] == marked[1]


def test_a_field_is_settled_by_card_or_by_button(look, qtbot):
    """Nothing counts as chosen before the page says so."""
    offers = [SideOffer(Side.MINE, "用我的", "←"), SideOffer(Side.THEIRS, "用对方", "→")]
    field = SideBySide(look, SideValues("电话", "1", "2", "3"), offers)
    qtbot.addWidget(field)
    field.show_result(None, "还没选")
    heard = []
    field.picked.connect(heard.append)
    qtbot.mouseClick(field.result.button(Side.THEIRS), Qt.MouseButton.LeftButton)
    assert heard == ["theirs"]
    assert field.result.words() == "还没选"
    field.show_result(Side.THEIRS, "3")
    assert field.result.button(Side.THEIRS).accessibleDescription() == "chosen"
    assert field.result.button(Side.MINE).accessibleDescription() == ""
