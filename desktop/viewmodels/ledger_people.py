"""Whom of the ledger somebody may be that a dispute names in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.rows import Row, Tone
from desktop.services.cases import PartyEdit
from desktop.services.finder import Hit
from desktop.services.households import HouseholdLine
from desktop.services.ledger_party import ledger_party
from desktop.services.notes import SideLinked
from desktop.services.oral_versions import oral_of
from desktop.services.workplace import Workplace
from desktop.viewmodels.told_words import name_in, searches
from sync.i18n import N_, _
from sync.rules.people import name_with_age

MOST_OFFERED = 12


@dataclass(frozen=True)
class Unlinked:
    """A party that is known by words: ``told``. ``party_id`` is empty in an oral mediation;
    ``twice``: two people linked it, to different homes; ``linked`` names who it is linked to, so
    that choosing somebody else corrects that."""

    record_id: str
    party_id: str
    told: str = field(repr=False)
    twice: bool = False
    linked: str = field(default="", repr=False)


def unlinked_party(place: Workplace, case_id: str, party_id: str = "") -> Unlinked | None:
    """The party of a case that is asked for, else the first that is known by words; ``None`` for
    none. On the store lane. Raises NotFound."""
    for party in place.cases.case(case_id).parties:
        if party.id == party_id or (not party_id and not party.household_id):
            linked = party.name if party.household_id else ""
            return Unlinked(case_id, party.id, party.told or party.name, linked=linked)
    return None


def unlinked_side(place: Workplace, oral_id: str) -> Unlinked | None:
    """The second party of an oral mediation that was told in words, linked or not. On the store
    lane.

    Raises NotFound.
    """
    oral = oral_of(place.store.reading, oral_id)
    told = str(oral.root.get("other_party") or "")
    if not told or oral.is_taken_back:
        return None
    home, person = oral.link
    known = ledger_party(place.store.reading, home, person) if home else None
    return Unlinked(oral_id, "", told, oral.is_disputed, known["name"] if known else "")


@dataclass(frozen=True)
class LedgerRows:
    """Rows to choose from, and the (household, resident) that each stands for."""

    rows: tuple[Row, ...] = field(repr=False)
    people: dict[str, tuple[str, str]]
    wanted: str = field(default="", repr=False)


def ledger_people(place: Workplace, wanted: str) -> LedgerRows:
    """Residents that answer to a name, initials, a room or a phone's end. On the store lane."""
    found = dict(_found(place, place.finder.find(wanted, most=MOST_OFFERED)))
    rows = tuple(found[key][0] for key in list(found)[:MOST_OFFERED])
    return LedgerRows(rows, {key: who for key, (_row, who) in found.items()}, wanted)


def ledger_guess(place: Workplace, told: str) -> LedgerRows:
    """Who answers to the words that somebody was told in, else to a part of them, which is then
    ``wanted``; the name alone where nobody does. On the store lane."""
    for wanted in searches(told):
        found = ledger_people(place, wanted)
        if found.rows:
            return found
    return LedgerRows((), {}, name_in(told))


def _found(place: Workplace, hits: list[Hit]) -> Iterator[tuple[str, tuple[Row, tuple[str, str]]]]:
    for hit in hits:
        if hit.type == "person":
            yield hit.id, (_row(hit.id, hit.who, hit.line), (hit.household_id, hit.id))
            continue
        for member in place.households.card(hit.household_id).members:
            if member.is_here:
                who = name_with_age(member.name, member.age)
                yield member.id, (_row(member.id, who, hit.line), (hit.household_id, member.id))


def _row(key: str, who: str, line: HouseholdLine) -> Row:
    where = " ".join(part for part in (line.estate, line.title or line.room) if part)
    return Row(
        key=key,
        title=who,
        detail=where,
        icon="user",
        icon_tone=Tone.NEUTRAL,
        action=_(N_("Choose")),
        action_key="⏎",
    )


def link(place: Workplace, party: Unlinked, who: tuple[str, str]) -> PartyEdit | SideLinked:
    """Link it; what :func:`unlink` takes to undo it. On the store lane.

    Raises CaseRefused, SamePartyTwice or NotFound.
    """
    if party.party_id:
        return place.cases.link_party(party.record_id, party.party_id, *who)
    return place.notes.link_party(party.record_id, *who)


def unlink(place: Workplace, linked: PartyEdit | SideLinked) -> str:
    """Undo it, and say what came of that: rows that were written stay. On the store lane.

    Raises NotFound.
    """
    if isinstance(linked, PartyEdit):
        done = place.cases.unedit_party(linked)[0] > 0
        words = _(N_("No longer linked: as it was told."))
    else:
        done = place.notes.unlink_party(linked)
        words = _(N_("The link is taken back. Both stay in the record."))
    return words if done else _(N_("It was linked anew since: that stays."))
