"""What the column key seals, and where it lies."""

import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.server.column_key import ColumnKey, TokenUnknown
from sync.server.database import (
    create_database,
    open_database,
)
from sync.server.key_file import (
    FILE_NAME,
    ColumnKeyMissing,
    ColumnKeyUnwritten,
    ColumnKeyWrong,
    check_in,
    claim,
    make_key,
    write_key,
)
from sync.server.number_shapes import MARK, may_hold
from tests.server.sealed_office import KEY, columns_of, numbers_of
from tests.support.plaintext import leaks

NUMBER = numbers_of(1, 1)[0]
WITH_X = next(number for number in numbers_of(2, 200) if number[-1] == "X")
WRONG = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10 if NUMBER[-1] != "X" else 0)


@pytest.mark.parametrize(
    "said",
    [
        NUMBER,
        WITH_X,
        WITH_X.lower(),
        f"身份证{NUMBER}。",
        f"ID{NUMBER}",
        f"{NUMBER}年",
        f"\\u5f20{NUMBER}",
        f"{NUMBER} {WITH_X}",
        "".join(chr(ord(sign) + 0xFEE0) for sign in WITH_X),
        f"{WITH_X}7",
    ],
)
def test_a_number_is_sealed_wherever_it_stands(said):
    """Whatever is before or behind it, in whatever width."""
    sealed = KEY.seal(said)
    assert not any(number in sealed for number in (NUMBER, NUMBER.lower(), WITH_X, WITH_X.lower()))
    assert sealed != said
    assert KEY.unseal(sealed) == said
    assert json.loads(json.dumps(sealed)) == sealed


def test_no_script_hides_a_number_from_the_first_look():
    """Python counts 600 and more signs as digits; the first look goes by their bytes alone."""
    digits = [sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isdecimal()]
    assert len(digits) > 600
    assert [sign for sign in digits if not may_hold(f"号{sign * 17}号")] == []
    assert may_hold("".join(random.Random(5).choices(digits, k=17)))


def test_the_first_look_passes_what_people_write():
    """Else every note would be read through for numbers, which costs a multiple."""
    assert not may_hold("血压118/68，药按时吃。说卫生间地滑，想装扶手（周三）。电话：13812345678！")


@pytest.mark.parametrize("said", ["", "王桂兰", WRONG, f"1{NUMBER}", NUMBER + "1", NUMBER[:-1]])
def test_nothing_else_is(said):
    """A wrong check digit, a longer run, a part."""
    assert KEY.seal(said) == said


_PIECES = st.one_of(
    st.text(max_size=4),
    st.sampled_from([MARK, MARK * 2, NUMBER, WITH_X, KEY.seal(NUMBER), KEY.seal(WITH_X)[:-1]]),
)


@given(st.lists(_PIECES, max_size=8).map("".join))
def test_what_is_sealed_is_what_comes_back(said):
    """Tokens, halves of tokens and marks in it, too; and the same is always the same."""
    sealed = KEY.seal(said)
    assert KEY.unseal(sealed) == said
    assert KEY.seal(said) == sealed


ENDS = [
    '{"id_tail":"003X","name":"王"}',
    '{"id_tail" : "003X"}',
    '{"f":{"id_tail":["1234","003X"],"name":[null,"王"]}}',
    '{"f":{"id_tail":[null,"003X"]}}',
    '{"form":"{\\"id_tail\\":\\"003X\\"}"}',
    f'{{"id_tail":"003X","note":"{NUMBER}"}}',
]


@pytest.mark.parametrize("said", ENDS)
def test_the_end_of_a_number_is_sealed_by_its_field(said):
    """As a row has it, an operation, a form that waits; another token for the same each time."""
    sealed = KEY.seal(said)
    assert "003X" not in sealed
    assert "1234" not in sealed
    assert KEY.unseal(sealed) == said
    assert KEY.seal(said) != sealed
    assert KEY.seal_tails(sealed) == sealed
    assert json.dumps(json.loads(sealed)).replace("\\ue", "").isascii()


@pytest.mark.parametrize("said", ['{"id_tail":null}', '{"id_tail":""}', "id_tail", '{"a":"003X"}'])
def test_four_signs_elsewhere_are_four_signs(said):
    """Nobody knows what they are."""
    assert KEY.seal(said) == said


NO_HASHES = ["", "x", "y" * 64, "00", " " * 64, f"{0:062}  "]
HEX = st.sampled_from([32, 64]).flatmap(
    lambda size: st.text("0123456789abcdef", min_size=size, max_size=size)
)


@given(st.lists(st.one_of(HEX, st.sampled_from(NO_HASHES)), max_size=6))
def test_hashes_come_back_as_they_were(hashes):
    """Many at once as each alone, alike for the same, and not sealed a second time. What is no hash
    stays."""
    sealed = KEY.seal_hashes(hashes)
    assert sealed == [KEY.seal_hashes([one])[0] for one in hashes] == KEY.seal_hashes(sealed)
    assert [KEY.unseal_hash(one) for one in sealed] == hashes
    assert all(
        (said == stored) == (said in NO_HASHES) for said, stored in zip(hashes, sealed, strict=True)
    )


def test_threads_seal_hashes_at_once():
    """Each has a cipher of its own."""
    hashes = [f"{number:064x}" for number in range(2_000)]
    sealed = KEY.seal_hashes(hashes)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda one: KEY.seal_hashes([one])[0], hashes)) == sealed
        assert list(pool.map(KEY.unseal_hash, sealed)) == hashes


def test_another_key_opens_nothing():
    """A token is no number to anybody else."""
    with pytest.raises(TokenUnknown):
        ColumnKey(bytes(64)).unseal(KEY.seal(NUMBER))
    with pytest.raises(TokenUnknown):
        ColumnKey(bytes(64)).unseal_bytes(KEY.seal_bytes(b"part"))
    with pytest.raises(TokenUnknown):
        ColumnKey(bytes(64)).unseal(KEY.seal(ENDS[0]))
    with pytest.raises(TokenUnknown):
        ColumnKey(bytes(64)).unseal_secret(KEY.seal_secret(bytes(32)))
    assert ColumnKey(bytes(64)).unseal_hash(KEY.seal_hashes(["0" * 64])[0]) != "0" * 64
    for spoiled in ("~", "~00", "~" + "x" * 64, "~" + " " * 64):
        with pytest.raises(TokenUnknown):
            KEY.unseal_hash(spoiled)


# --- Its file --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "server"


def test_its_key_lies_beside_the_store_for_its_owner_alone(stores, folder):
    """And what names it in the database is no key."""
    stores.make(folder).close()
    assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0 or stores.kind == "postgresql"
    secret = (folder / FILE_NAME).read_text("ascii").strip()
    assert len(bytes.fromhex(secret)) == 64
    columns = columns_of(folder, folder.with_name("columns"))
    assert leaks(columns, [secret, secret[:64], secret[64:]]) == []


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (None, ColumnKeyMissing),
        ("", ColumnKeyWrong),
        ("no key at all", ColumnKeyWrong),
        ("00" * 63, ColumnKeyWrong),
        ("00" * 64, ColumnKeyWrong),
    ],
)
def test_without_its_key_nothing_opens_a_store(stores, folder, content, refusal):
    """Nor changes it; the sentence names the file that is looked for."""
    stores.make(folder).close()
    key = folder / FILE_NAME
    kept = key.read_text("ascii")
    key.unlink() if content is None else key.write_text(content)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for attempt in (open_database, open_database):
        with pytest.raises(refusal) as refused:
            attempt(folder)
        assert str(key) in refused.value.sentence()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    key.write_text(kept)
    open_database(folder).close()


def test_the_environment_names_another_place(stores, folder, tmp_path, monkeypatch):
    """Where nothing but the service reads, and no copy of the folder has it."""
    place = tmp_path / "elsewhere" / "k"
    place.parent.mkdir()
    stores.make(folder).close()
    (folder / FILE_NAME).rename(place)
    with pytest.raises(ColumnKeyMissing):
        open_database(folder)
    monkeypatch.setenv("DOORSTEP_COLUMN_KEY", str(place))
    open_database(folder).close()
    made = tmp_path / "made"
    create_database(made).close()
    assert not (made / FILE_NAME).exists()


def test_a_place_that_cannot_be_written_is_said_before_anything_is_made(
    stores, folder, tmp_path, monkeypatch
):
    """And the store is made once the place is there."""
    place = tmp_path / "nowhere" / "k"
    monkeypatch.setenv("DOORSTEP_COLUMN_KEY", str(place))
    url = stores.url()
    with pytest.raises(ColumnKeyUnwritten) as refused:
        create_database(folder, url)
    assert str(place) in refused.value.sentence()
    place.parent.mkdir()
    create_database(folder, url).close()


def test_of_two_that_make_a_key_one_comes_first(folder):
    """What one of them sealed with stays where it was put: else nobody ever opened it again."""
    folder.mkdir()
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(make_key, [folder] * 64))
    assert {key.check for key in keys} == {make_key(folder).check}
    write_key(folder / FILE_NAME, bytes(64))
    assert make_key(folder).check == keys[0].check
    assert [file.name for file in folder.iterdir()] == [FILE_NAME]


def test_a_store_that_has_a_key_by_now_takes_no_other(stores, folder, tmp_path):
    """Two machines that upgrade one database each look for theirs before it has any."""
    with closing(stores.make(folder)) as db:
        for _ in range(2):
            db.run(lambda connection: claim(connection, db.column_key, tmp_path / "mine"))
        with pytest.raises(ColumnKeyWrong) as refused, db.write() as connection:
            claim(connection, KEY, tmp_path / "theirs")
        with db.read() as connection:
            assert check_in(connection) == db.column_key.check
    assert "theirs" in refused.value.sentence()
