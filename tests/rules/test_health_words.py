"""What of a visit's note goes on with a matter."""

import pytest

from sync.rules.health_words import without_health


@pytest.mark.parametrize(
    ("note", "handed_on"),
    [
        ("血压138/86，楼道灯不亮。", "楼道灯不亮。"),
        ("卫生间漏水，体温37.6，想装扶手。", "卫生间漏水，想装扶手。"),
        ("燃气软管老化；高血压，降压药断了", "燃气软管老化"),
        ("上周出院，138 / 86", ""),
        ("6号楼2单元灯不亮，5月3日报过。", "6号楼2单元灯不亮，5月3日报过。"),
        ("", ""),
    ],
)
def test_no_word_of_health_and_no_reading_goes_on(note, handed_on):
    """The rest of the note does, as it was written."""
    assert without_health(note) == handed_on
