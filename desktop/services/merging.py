"""What becomes of two records of one resident, before anybody says that they are one.

It follows the server's rule: what only the other one has is taken over, sets unite, and where
both say something else the one that stays is kept and a person is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.services.names import words
from desktop.services.privacy import Sight
from sync.i18n import N_, _
from sync.schema.policy import Kind, Merge
from sync.schema.registry import ENTITIES
from sync.schema.values import same
from sync.store.record import Record

_COMPUTED = (Merge.SERVER, Merge.IMMUTABLE)
_NOT_TOLD = frozenset({"household_id", "alias_of"})


@dataclass(frozen=True)
class MergeLine:
    """One field of the resident afterwards; ``how`` is kept, taken over, united or asked."""

    label: str
    value: str = field(repr=False)
    how: str

    @property
    def words(self) -> str:
        """The line as it is read."""
        return _(_HOW[self.how]).format(field=self.label, value=self.value)


_HOW = {
    "kept": N_("{field}: {value}"),
    "taken": N_("{field}: {value} (from the other record)"),
    "united": N_("{field}: {value} (both together)"),
    "asked": N_("{field}: {value} stays for now, you are asked about the other"),
}


def merged(stays: Record, goes: Record, sight: Sight) -> Iterator[MergeLine]:
    """Every field of the resident who remains, masked as lists show it."""
    for name, spec in ENTITIES["person"].fields.items():
        mine, other = stays.get(name), goes.get(name)
        if name in _NOT_TOLD or spec.merge in _COMPUTED or spec.kind is Kind.REF:
            continue
        if not mine and not other:
            continue
        how, value = "kept", mine
        if spec.merge is Merge.SET and set(other or ()) - set(mine or ()):
            how, value = "united", sorted({*(mine or ()), *(other or ())})
        elif not mine:
            how, value = "taken", other
        elif other and spec.merge is not Merge.SET and not same(mine, other):
            how = "asked"
        yield MergeLine(_(spec.label), words(name, sight.value(name, value)), how)
