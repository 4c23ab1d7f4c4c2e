"""What a role sees in full, what it sees masked, and the trace that looking leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sync.identity import Clock, stamp
from sync.rules.masking import mask_id, mask_name, mask_phone
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.tags import TAGS
from sync.store.records import append
from sync.store.store import Store

KNOWS_THE_DOORS: Final = frozenset({"grid_worker", "grid_leader", "area_officer", "secretary"})
"""Posts that call residents by name. Everybody else sees 王*兰 until a case is opened."""

PHONE_FIELDS: Final = frozenset({"phone", "contact", "owner_phone"})
NAME_FIELDS: Final = frozenset({"name", "owner_name", "contact_name", "other_party", "told"})


@dataclass(frozen=True)
class Sight:
    """How one person sees names and numbers.

    ``opened`` is one household that was opened, and that is recorded: its names stand in full, its
    numbers stay masked. ``open_all`` is a deliberate, recorded press: everything in full.
    """

    posts: frozenset[str]
    open_all: bool = False
    opened: bool = False

    @property
    def knows_names(self) -> bool:
        """Whether names stand in full for this person."""
        return self.open_all or self.opened or bool(self.posts & KNOWS_THE_DOORS)

    def name(self, text: str | None) -> str:
        """A resident's name as this person sees it in a list."""
        shown = text or ""
        return shown if self.knows_names else mask_name(shown)

    def phone(self, text: str | None) -> str:
        """A phone, masked for everybody until it is pressed."""
        return (text or "") if self.open_all else mask_phone(text or "")

    def id_number(self, text: str | None) -> str:
        """An ID number: its last four, for everybody until it is pressed."""
        return (text or "") if self.open_all else mask_id(text or "")

    def value(self, field: str, value: object) -> object:
        """Any field's value, masked where the field asks for it."""
        if not isinstance(value, str):
            return value
        if field in PHONE_FIELDS:
            return self.phone(value)
        if field in NAME_FIELDS:
            return self.name(value)
        return self.id_number(value) if field == "id_no" else value


def list_tags(tags: Iterable[str]) -> list[str]:
    """The tags that a list may show: tier 1, at most two, care before honours."""
    shown = [key for key in tags if key in TAGS and TAGS[key].tier == 1]
    order = list(TAGS)
    return sorted(shown, key=order.index)[:2]


class Reveals:
    """Writes down that somebody looked: what and why, never the value."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def show(self, type_: str, row_id: str, field: str, reason: str = "") -> str:
        """One value in full, after it was written down that it is looked at."""
        self.record([(type_, row_id, field)], reason)
        row = self._store.reading.find(type_, row_id)
        return str(row.get(field, "")) if row else ""

    def record(self, targets: Iterable[tuple[str, str, str]], reason: str = "") -> None:
        """One line for each (type, id, field) that was shown in full."""
        me = self._store.account.user.staff_id
        scope = scope_name(ScopeKind.USER, me)
        self._store.records.write(
            append(
                "reveal",
                {
                    "staff_id": me,
                    "seen_at": stamp(self._clock.now()),
                    "target_type": type_,
                    "target_id": row_id,
                    "field": field,
                    "reason": reason,
                },
                scope_id=scope,
            )
            for type_, row_id, field in targets
        )
