"""What the protocol's page tells the author of another client is what the code does."""

from pathlib import Path
from re import MULTILINE, findall, sub

import msgspec
import pytest

from sync.identity import NAMESPACE, derived_id
from sync.merge.operation import OpKind, decode_op, encode_op, op_hash
from sync.schema.canonical import (
    bucket_of,
    digest_text,
    encode_body,
    quiet_sum,
    row_hash,
    row_mark,
)
from sync.server import replies, routes
from sync.server.blob_routes import blob_router
from sync.server.channels.api import channel_router
from sync.server.courier_routes import courier_router
from sync.server.device_routes import device_router
from sync.server.live_routes import live_router
from sync.server.people_routes import people_router
from sync.wire.messages import SUM_HEADER, WIRE_HEADER, WIRE_VERSION, sum_of

PAGE = (Path(__file__).parents[2] / "sync" / "README.md").read_text("utf-8")
BODY = encode_body({"tags": ["b", "a"], "name": "王桂兰", "phone": "", "fully_dependent": False})
OPERATION = next(line.strip() for line in PAGE.splitlines() if line.startswith("    {"))
ESCAPED = {chr(code): f"\\u{code:04x}" for code in range(0x20)} | {
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}


@pytest.mark.parametrize(
    "figure",
    [
        f"{WIRE_HEADER}: {WIRE_VERSION}",
        f"{SUM_HEADER}: " + sum_of(b'{"scope":"grid:g"}'),
        str(NAMESPACE),
        derived_id("conflict", "person", "p1", "phone", "op1"),
        BODY,
        row_hash(BODY),
        digest_text(row_mark("person", "p1", 7, row_hash(BODY))),
        f"part {bucket_of('p1')}",
        quiet_sum("e1", [("grid:g", 7, 3, "0" * 32, 2, 0), ("user:u", 1, 4, "1" * 32, 1, 0)]),
        op_hash(OPERATION.encode()),
        *(f"`{kind.value}`" for kind in OpKind),
        *(f"| {status} | " for status in sorted(set(replies._STATUS.values()))),
        *(f"`{error.code}`" for error in replies._STATUS),
    ],
)
def test_every_figure_on_the_page_is_the_codes(figure):
    """Whoever changes one of them changes the page."""
    assert figure in PAGE


def test_the_page_names_every_request_that_is_answered():
    """And none besides."""
    routers = (
        routes.router,
        live_router,
        blob_router,
        courier_router,
        channel_router,
        people_router,
        device_router,
    )
    asked = {
        f"{method} {sub(r'{[^}]*}', '{}', route.path)}"
        for router in routers
        for route in router.routes
        for method in route.methods
    }
    told = findall(r"^\| `((?:GET|POST|PUT) /[^`]*)` \|", PAGE, MULTILINE)
    assert {sub(r"{[^}]*}", "{}", each) for each in told} == asked


def test_the_operation_on_the_page_is_one():
    """As it travels, byte for byte."""
    assert encode_op(decode_op(OPERATION)).decode() == OPERATION


def test_canonical_json_is_what_the_page_says():
    """Keys by code point at every depth, and only what it names is escaped."""
    held = {"𠀀": 1, "\uffff": {"é": 2, "Z": [], "a": ""}, "b": -3, "a": "/\x7f\u2028é"}
    text = '{"a":"/\x7f\u2028é","b":-3,"\uffff":{"Z":[],"a":"","é":2},"𠀀":1}'
    assert encode_body(held) == text
    for sign, written in ESCAPED.items():
        assert encode_body({"a": sign}) == f'{{"a":"{written}"}}'
        assert msgspec.json.decode(f'"{written}"') == sign
