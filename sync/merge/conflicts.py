"""Conflict rows: how candidates gather, and how a conflict ends. Bodies in, bodies out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.identity import derived_id
from sync.merge.values import Claims, Writer
from sync.schema.conflict import Candidate
from sync.schema.values import same


@dataclass(frozen=True)
class Place:
    """What a conflict is about: a field of a row, and the root that row moves with."""

    type: str
    id: str
    root: str
    field: str


def conflict_id(place: Place, first_op: str) -> str:
    """The same id on every replica: from the row, the field and the operation that began it."""
    return derived_id("conflict", place.type, place.id, place.field, first_op)


def asserted_by(claims: Claims) -> list[dict[str, str]]:
    """Who asserts the current value, in a stable order, as a conflict shows it."""
    return [
        {"client": who.client, "author": who.author, "device": who.device, "at": who.at}
        for _, who in sorted(claims.items())
    ]


def candidate(op_id: str, writer: Writer, value: Any) -> Candidate:
    """One writer's value beside the current one."""
    entry: Candidate = {
        "client": writer.client,
        "op": op_id,
        "author": writer.author,
        "device": writer.device,
        "at": writer.at,
        "value": value,
    }
    if writer.sure:
        entry["sure"] = writer.sure
    return entry


def opened(kind: str, place: Place, base: Any, current: Any, claims: Claims) -> dict[str, Any]:
    """A new conflict without candidates yet."""
    return {
        "kind": kind,
        "target_type": place.type,
        "target_id": place.id,
        "target_root": place.root,
        "field": place.field,
        "base": base,
        "current": current,
        "current_by": asserted_by(claims),
        "candidates": [],
        "status": "open",
    }


def with_candidate(body: Mapping[str, Any], entry: Candidate) -> dict[str, Any]:
    """The conflict with this client's candidate, instead of an earlier one of theirs.

    Candidates stand in the order in which they arrived, which no device's clock has a say in.
    """
    others = [held for held in body.get("candidates", ()) if held["client"] != entry["client"]]
    return {**body, "candidates": [*others, entry]}


def with_another(body: Mapping[str, Any], entry: Candidate) -> dict[str, Any]:
    """The conflict with one value more, beside whatever its writer said earlier or later."""
    held: list[Candidate] = list(body.get("candidates", ()))
    said = any(
        one["client"] == entry["client"] and same(one["value"], entry["value"]) for one in held
    )
    return {**body, "candidates": held if said else [*held, entry]}


def without_client(body: Mapping[str, Any], client: str) -> dict[str, Any]:
    """The conflict once this client has taken its candidate back."""
    others = [held for held in body.get("candidates", ()) if held["client"] != client]
    return _closed_if_empty({**body, "candidates": others})


def takes_part(body: Mapping[str, Any], client: str) -> bool:
    """Whether this client's candidate waits there."""
    return any(held["client"] == client for held in body.get("candidates", ()))


def who_wanted(body: Mapping[str, Any], value: Any) -> dict[str, Writer]:
    """The clients whose candidate is ``value``, by client."""
    return {
        held["client"]: _writer(held)
        for held in body.get("candidates", ())
        if same(held["value"], value)
    }


def edits_of(body: Mapping[str, Any], client: str) -> dict[str, tuple[Any, Any]]:
    """The edits that this client's candidate holds, in a conflict about a whole row."""
    for held in body.get("candidates", ()):
        if held["client"] == client and isinstance(held["value"], dict):
            return {name: (pair[0], pair[1]) for name, pair in held["value"].items()}
    return {}


def waiting_edits(body: Mapping[str, Any]) -> list[tuple[str, str, Writer]]:
    """Whose edits wait in a conflict about a whole row: client, operation, writer; in order."""
    return [
        (held["client"], held["op"], _writer(held))
        for held in body.get("candidates", ())
        if isinstance(held["value"], dict)
    ]


def with_current(body: Mapping[str, Any], current: Any, claims: Claims) -> dict[str, Any]:
    """The conflict once the server's value moved; equal candidates have nothing left to ask."""
    others = [held for held in body.get("candidates", ()) if not same(held["value"], current)]
    moved = {**body, "current": current, "current_by": asserted_by(claims)}
    return _closed_if_empty({**moved, "candidates": others})


def settled_as(body: Mapping[str, Any], value: Any, writer: Writer) -> dict[str, Any]:
    """The conflict once a person decided. Candidates stay in it: nothing said disappears."""
    return {
        **body,
        "status": "settled",
        "value": value,
        "decided_by": writer.author,
        "decided_at": writer.at,
    }


def _writer(held: Mapping[str, Any]) -> Writer:
    told = Writer(held["client"], held["author"], held["device"], held["at"])
    return msgspec.structs.replace(told, sure=held.get("sure", ""))


def _closed_if_empty(body: dict[str, Any]) -> dict[str, Any]:
    return body if body["candidates"] else {**body, "status": "superseded"}
