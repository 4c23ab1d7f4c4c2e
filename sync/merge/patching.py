"""Settling the fields of one row, one after the other: values, claims and conflicts grow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.merge import conflicts
from sync.merge.conflicts import Place
from sync.merge.operation import Outcome
from sync.merge.settlement import Change, OpenConflict, Settlement, Target
from sync.merge.values import Claims, Verdict, Writer, settle_field, spec_or_unknown
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES


@dataclass(frozen=True)
class By:
    """Who wants a value, and the operation that says so."""

    op_id: str
    writer: Writer


class Patching:
    """A row on its way through its fields. Attributes: ``after``, which grows into the new body.

    ``own_counts`` tells whether somebody who alone asserts the current value may write over it
    whatever they started from. That holds for edits in the order in which they were made; an
    edit that waited in a conflict is older than what its writer said since.
    """

    def __init__(
        self,
        key: tuple[str, str],
        target: Target,
        out: Settlement,
        *,
        own_counts: bool = True,
    ) -> None:
        self._type, self._id = key
        self._claims: dict[str, Claims] = dict(target.claims)
        self._waiting = dict(target.open_conflicts)
        self._out = out
        self._own_counts = own_counts
        self.after: dict[str, Any] = dict(target.body or {})

    def settle(self, name: str, base: Any, new: Any, by: By) -> bool:
        """Settle one field. False where it is frozen, and the whole operation has to be held."""
        spec = spec_or_unknown(self._type, name)
        current, claims = self.after.get(name), self._claims.get(name, {})
        counting = claims if self._own_counts or spec.merge is Merge.LWW else {}
        result = settle_field(spec, base, new, current, counting, by.writer)
        if result.verdict is Verdict.FROZEN:
            return False
        self.after[name] = result.value
        if result.verdict is Verdict.SET:
            self._out.changes.append(Change(self._type, self._id, name, current, result.value))
            if self._out.outcome is Outcome.NOOP:
                self._out.outcome = Outcome.APPLIED
        claims = self._claims_after(result.verdict, name, claims, by.writer)
        self._claims[name] = claims
        if spec.merge in (Merge.ASK, Merge.LWW):
            self._out.claims[name] = dict(claims)
        if result.verdict is Verdict.CLASH:
            self._ask(name, base, new, by)
        elif result.verdict is not Verdict.IGNORED:
            self._withdraw(name, by.writer.client)
        return True

    def _claims_after(self, verdict: Verdict, name: str, claims: Claims, writer: Writer) -> Claims:
        if verdict is Verdict.SET:
            return {**self._who_wanted(name), writer.client: writer}
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

    def _ask(self, name: str, base: Any, new: Any, by: By) -> None:
        if self._own_counts:
            self._out.outcome = Outcome.CONFLICT
        root = ENTITIES[self._type].root_of(self._id, self.after)
        place = Place(self._type, self._id, root, name)
        entry = conflicts.candidate(by.op_id, by.writer, new)
        waiting, claims = self._waiting.get(name), self._claims[name]
        key = waiting.id if waiting else conflicts.conflict_id(place, by.op_id)
        current = self.after.get(name)
        start = waiting.body if waiting else conflicts.opened("value", place, base, current, claims)
        asked = {**start, "current_by": conflicts.asserted_by(claims)}
        self._put(name, key, conflicts.with_candidate(asked, entry))

    def _withdraw(self, name: str, client: str) -> None:
        """Whatever this client said before, it now stands by the current value."""
        waiting = self._waiting.get(name)
        if waiting is None:
            return
        body = conflicts.without_client(waiting.body, client)
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
