"""What a clerk has begun to receive: on the disk within a second, there again after a kill."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from sync.store.store import Store

DRAFT_PREFIX: Final = "desk:"
_WALK_IN: Final = "walk-in"


def draft_key(person: str, walk_in_id: str = "") -> str:
    """The draft of whoever is being received: by their row, or by the id of a walk-in's form.

    An older app gave its walk-ins no id; what it kept stands under the bare key.
    """
    walk_in = f"{_WALK_IN}:{walk_in_id}" if walk_in_id else _WALK_IN
    return DRAFT_PREFIX + (person or walk_in)


@dataclass(frozen=True)
class DeskDraft:
    """A form that was not saved. ``person`` is the row that was opened; a walk-in, who has none,
    is told from the others by ``walk_in_id``."""

    person: str = ""
    walk_in_id: str = ""
    walk_in: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    item: str = ""
    got: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    owner_id: str = ""
    day: str = ""
    hour: str = ""
    books: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost."""
        return not (self.item or self.text.strip() or self.walk_in.strip() or self.phone.strip())


@dataclass(frozen=True)
class KeptDesk:
    """A form that waits, by its key, and since when (a stamp)."""

    key: str
    draft: DeskDraft
    at: str


class DeskDrafts:
    """The drafts of one profile's window: one for each visitor who was being received."""

    def __init__(self, store: Store) -> None:
        self._drafts = store.drafts

    def keep(self, draft: DeskDraft) -> str:
        """Keep it; the time is returned as a stamp. An empty one leaves none."""
        key = draft_key(draft.person, draft.walk_in_id)
        if draft.is_empty:
            self._drafts.drop(key)
            return ""
        self._drafts.keep(key, asdict(draft))
        return self._drafts.saved_at(key)

    def find(self, person: str) -> KeptDesk | None:
        """What was begun for somebody of the ledger."""
        return self._at(draft_key(person))

    def waiting(self) -> list[KeptDesk]:
        """Every form that was put aside or cut off, the latest first."""
        found = (self._at(key) for key in self._drafts.keys(DRAFT_PREFIX))
        return [one for one in found if one is not None]

    def drop(self, kept: KeptDesk) -> None:
        """Throw one away; :meth:`put_back` has it again."""
        self._drafts.drop(kept.key)

    def put_back(self, kept: KeptDesk) -> None:
        """Have a thrown away one again, unless another was begun meanwhile."""
        self._drafts.put_back(kept.key, asdict(kept.draft))

    def _at(self, key: str) -> KeptDesk | None:
        kept = self._drafts.find(key)
        return KeptDesk(key, _read(kept), self._drafts.saved_at(key)) if kept else None


def _read(kept: Mapping[str, Any]) -> DeskDraft:
    """A draft of an older or newer app: what is known of it."""
    known = {one.name: kept[one.name] for one in fields(DeskDraft) if one.name in kept}
    return DeskDraft(**{**known, "got": tuple(known.get("got", ()))})
