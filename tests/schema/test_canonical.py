"""One row has one text, and sums of rows prove two copies equal."""

from hypothesis import given
from hypothesis import strategies as st

from sync.schema.canonical import (
    EMPTY_DIGEST,
    add_mark,
    decode_body,
    drop_mark,
    encode_body,
    row_hash,
    row_mark,
)

VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.lists(st.text())
BODIES = st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=6)


def test_the_text_is_fixed():
    """Another client, in another language, must write exactly this."""
    body = {"name": "王桂兰", "floor": 16, "has_lift": False, "tags": [], "a": None, "py": "wgl"}
    assert encode_body(body) == '{"floor":16,"name":"王桂兰","py":"wgl"}'


@given(BODIES)
def test_a_body_survives_the_journey(body):
    """Decoding and encoding again gives the same bytes, whatever the order of the keys."""
    text = encode_body(dict(reversed(body.items())))
    assert encode_body(decode_body(text)) == text


@given(st.lists(st.tuples(st.uuids(), st.integers(1, 99), BODIES), max_size=8), st.randoms())
def test_a_digest_does_not_depend_on_the_order(rows, random):
    """Rows arrive in any order and leave in any order; what is left decides."""
    marks = [
        row_mark("person", str(key), rev, row_hash(encode_body(body))) for key, rev, body in rows
    ]
    digest = EMPTY_DIGEST
    for mark in marks:
        digest = add_mark(digest, mark)
    random.shuffle(marks)
    for mark in marks:
        digest = drop_mark(digest, mark)
    assert digest == EMPTY_DIGEST


def test_a_mark_tells_type_id_revision_and_text_apart():
    """Two rows that differ in anything weigh differently."""
    text = row_hash(encode_body({"name": "a"}))
    marks = {
        row_mark("person", "1", 1, text),
        row_mark("area", "1", 1, text),
        row_mark("person", "2", 1, text),
        row_mark("person", "1", 2, text),
        row_mark("person", "1", 1, row_hash("{}")),
    }
    assert len(marks) == 5
