"""Settling the fields of one row, one after the other: values, claims and conflicts grow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Outcome
from sync.merge.settlement import Change, OpenConflict, Settlement, Target
from sync.merge.values import (
    Claims,
    FieldResult,
    Verdict,
    Writer,
    settle_field,
    spec_or_unknown,
)
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES, Entity, FieldSpec
from sync.schema.values import same

_CLAIMED: Final = (Merge.ASK, Merge.TEXT, Merge.STAGE, Merge.LWW)
"""Policies of which it is known who asserts the value that stands."""


@dataclass(frozen=True)
class By:
    """Who wants a value, and the operation that says so."""

    op_id: str
    writer: Writer


class Patching:
    """A row on its way through its fields. Attributes: ``after``, which grows into the new body.

    ``own_counts`` tells whether somebody who alone asserts the current value may write over it
    whatever they started from. That holds for edits in the order in which they were made; an
    edit that waited in a conflict may be older than what its writer said since. So it never takes
    the place of a candidate of theirs either: both are asked about.
    """

    def __init__(
        self,
        key: tuple[str, str],
        target: Target,
        out: Settlement,
        *,
        own_counts: bool = True,
        entities: Mapping[str, Entity] = ENTITIES,
    ) -> None:
        self._type, self._id = key
        self._entities = entities
        self._claims: dict[str, Claims] = dict(target.claims)
        self._waiting = dict(target.open_conflicts)
        self._out = out
        self._own_counts = own_counts
        self.after: dict[str, Any] = dict(target.body or {})

    def settle(self, name: str, base: Any, new: Any, by: By) -> bool:
        """Settle one field. False where it is frozen, and the whole operation has to be held."""
        spec = spec_or_unknown(self._type, name, self._entities)
        current, claims = self.after.get(name), self._claims.get(name, {})
        counting = claims if self._own_counts or spec.merge is Merge.LWW else {}
        result = self._waits_already(spec, name, new, by.writer) or settle_field(
            spec, base, new, current, counting, by.writer
        )
        self._out.code = result.note or self._out.code
        if result.verdict is Verdict.FROZEN:
            return False
        self.after[name] = result.value
        if result.verdict is Verdict.SET:
            self._out.changes.append(Change(self._type, self._id, name, current, result.value))
            if self._out.outcome is Outcome.NOOP:
                self._out.outcome = Outcome.APPLIED
        claims = self._claims_after(result, name, new, claims, by.writer)
        self._claims[name] = claims
        if spec.merge in _CLAIMED:
            self._out.claims[name] = dict(claims)
        if result.verdict is Verdict.CLASH:
            self._ask(name, (base, new), by, result.note or "value")
        elif result.verdict is not Verdict.IGNORED:
            self._withdraw(name, by.writer.client)
        return True

    def _waits_already(
        self, spec: FieldSpec, name: str, new: Any, writer: Writer
    ) -> FieldResult | None:
        """A further word on a text of which this writer's last version waits: that word waits.

        It started from the version that waits, which the current text never was.
        """
        waiting, current = self._waiting.get(name), self.after.get(name)
        if not self._own_counts or spec.merge is not Merge.TEXT:
            return None
        if waiting is None or same(current, new):
            return None
        if not conflicts.takes_part(waiting.body, writer.client):
            return None
        back = same(new, waiting.body.get("base"))
        return FieldResult(Verdict.WITHDRAWN if back else Verdict.CLASH, current)

    def _claims_after(
        self, result: FieldResult, name: str, new: Any, claims: Claims, writer: Writer
    ) -> Claims:
        verdict = result.verdict
        if verdict is Verdict.SET:
            # A joined text was written by all of them.
            others = {} if same(result.value, new) else claims
            return {**others, **self._who_wanted(name), writer.client: writer}
        if verdict is Verdict.AGREED:
            said = claims.get(writer.client, writer)
            # A clock that ran back must not make what this client said before any older.
            return {**claims, writer.client: max(said, writer, key=_time)}
        if verdict in (Verdict.CLASH, Verdict.WITHDRAWN):
            # Whoever wants something else, or nothing any more, no longer asserts this value:
            # the others who do may go on changing it as their own.
            return {client: who for client, who in claims.items() if client != writer.client}
        return claims

    def _who_wanted(self, name: str) -> Claims:
        """The clients whose candidate is the value that now stands: they assert it too."""
        waiting = self._waiting.get(name)
        return conflicts.who_wanted(waiting.body, self.after[name]) if waiting else {}

    def _ask(self, name: str, pair: tuple[Any, Any], by: By, kind: str) -> None:
        if self._own_counts:
            self._out.outcome = Outcome.CONFLICT
        base, new = pair
        root = self._entities[self._type].root_of(self._id, self.after)
        place = Place(self._type, self._id, root, name)
        entry = conflicts.candidate(by.op_id, by.writer, new)
        waiting, claims = self._waiting.get(name), self._claims[name]
        key = waiting.id if waiting else conflicts.conflict_id(place, by.op_id)
        current = self.after.get(name)
        start = waiting.body if waiting else conflicts.opened(kind, place, base, current, claims)
        asked = {**start, "current_by": conflicts.asserted_by(claims)}
        put = conflicts.with_candidate if self._own_counts else conflicts.with_another
        self._put(name, key, put(asked, entry))

    def _withdraw(self, name: str, client: str) -> None:
        """Whatever this client said before, it now stands by the current value."""
        waiting = self._waiting.get(name)
        if waiting is None:
            return
        body = dict(waiting.body)
        if self._own_counts:
            body = conflicts.without_client(body, client)
        if body["status"] == "open":
            body = conflicts.with_current(body, self.after.get(name), self._claims[name])
        self._put(name, waiting.id, body)

    def _put(self, name: str, key: str, body: Mapping[str, Any]) -> None:
        self._out.conflicts[key] = dict(body)
        if body["status"] == "open":
            self._waiting[name] = OpenConflict(key, body)
        else:
            self._waiting.pop(name, None)


def _time(writer: Writer) -> str:
    return writer.at
