"""The guard that looks for names in files has to find them when they are there."""

import pytest

from tests.support.plaintext import ENCODINGS, leaks

NAME, NUMBER = "夔骞骞", "110101194803020022"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [NAME, NUMBER])
def test_a_planted_text_is_found(tmp_path, encoding, text):
    """In the middle of other bytes, whatever its encoding, without telling it."""
    (tmp_path / "store.db-wal").write_bytes(b"\x00\xff" * 999 + text.encode(encoding) + b"\xd8")

    found = leaks(tmp_path, [text])

    assert f"store.db-wal: {encoding}" in found
    assert all(text not in line for line in found)


def test_a_name_as_json_writes_it_is_found(tmp_path):
    """A log or a draft that escapes what is not ASCII hides nothing."""
    (tmp_path / "draft.json").write_text('{"name": "\\u5914\\u9a9e\\u9a9e"}')

    assert leaks(tmp_path, [NAME]) == ["draft.json: json"]


def test_the_name_of_a_folder_counts(tmp_path):
    """A record that is exported must not be called by its resident."""
    (tmp_path / NAME).mkdir()

    assert [line.rpartition(": ")[2] for line in leaks(tmp_path, [NAME])] == ["utf-8"]


def test_other_people_are_no_leak(tmp_path):
    """Only what was asked for is found."""
    (tmp_path / "notes").write_text("王桂兰 110101194803020030", encoding="utf-8")

    assert leaks(tmp_path, [NAME, NUMBER]) == []
