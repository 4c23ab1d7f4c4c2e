"""What a push sees to fit at a glance, and lists and lines that go to either store as one value."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES
from sync.server.incoming import MOST_GROWTH, is_plain, value_fits
from sync.server.many import among, insert_lines
from sync.server.tables import HISTORY, META
from tests.server.bench import Bench

_FIELDS = [(type_, spec) for type_, entity in ENTITIES.items() for spec in entity.fields.values()]
_LONG = st.integers(0, 90).map(lambda count: "居" * count)
_WORDS = st.lists(st.one_of(st.text(max_size=3), st.sampled_from(["elderly", "smi", "repair"])))
_MOMENTS = st.one_of(
    st.from_regex(r"[0-2]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d:[0-6]\dZ?", fullmatch=True),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z"),
)
_VALUES = st.one_of(st.none(), st.text(), _LONG, st.booleans(), st.integers(), _WORDS, _MOMENTS)


@given(st.sampled_from(_FIELDS), _VALUES)
def test_what_is_plain_fits(field, value):
    """The glance never lets anything through that settling would refuse."""
    type_, spec = field
    assert not is_plain(spec, value) or value_fits(type_, spec.name, value)


@given(st.text())
def test_no_text_grows_further_when_it_is_composed(text):
    """Length is told before characters are composed."""
    assert len(unicodedata.normalize("NFC", text)) <= len(text) * MOST_GROWTH


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.REF, Kind.CODE, Kind.WORDS, Kind.MOMENT])
def test_ordinary_values_are_plain(kind):
    """Else nothing is gained by looking."""
    specs = [spec for _, spec in _FIELDS if spec.kind is kind]
    spec = next(spec for spec in specs if kind not in (Kind.CODE, Kind.WORDS) or spec.choices)
    value = {
        Kind.CODE: next(iter(spec.choices), ""),
        Kind.WORDS: list(spec.choices[:1]),
        Kind.MOMENT: "2026-06-18T09:30:00Z",
    }
    assert is_plain(spec, value.get(kind, "abc"))


def test_lines_and_lists_travel_whole(bench: Bench) -> None:
    """Quotes, line ends, other planes, nothing at all, and more than any list of values holds."""
    odd = ["'", '"', "\\", "{", "\n", "𠮷", "a,b", "NULL", "%s", ":x", "\u2028"]
    lines = [
        {
            "scope_id": "grid:odd",
            "rev": number,
            "n": 0,
            "type": "visit",
            "id": text,
            "root_id": text,
            "field": "*",
            "old": None,
            "new": text,
            "op_id": text,
            "client": "",
            "author": text,
            "device": text,
            "at": "",
        }
        for number, text in enumerate(odd)
    ]
    with bench.db.write() as connection:
        insert_lines(connection, HISTORY, lines)
        insert_lines(connection, META, [])
        many = [*odd[:3], *(f"nobody-{number}" for number in range(70_000))]
        asked = {"ids": many}
        found = connection.execute(select(HISTORY.c.id).where(among(HISTORY.c.id, "ids")), asked)
        ours = select(HISTORY).where(HISTORY.c.scope_id == "grid:odd").order_by(HISTORY.c.rev)
        kept = connection.execute(ours)
        assert sorted(found.scalars()) == sorted(odd[:3])
        assert [dict(line) for line in kept.mappings()] == lines
