"""Mediation cases of one profile's user: opening, writing, stepping on. Nothing waits for a server.

What is said, agreed or done is an entry that nobody changes; a correction names what it corrects.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.services.case_file import CASE, CaseFile, Party
from desktop.services.case_forms import (
    CaseRefused,
    Flaw,
    OpeningForm,
    opening_flaws,
    party_flaws,
    refuse,
    twice_flaws,
)
from desktop.services.case_rules import MayNotAccept, NobodyNamed
from desktop.services.case_stages import stage_flaws
from desktop.services.case_writing import CaseWriting
from desktop.services.ledger_party import ledger_party
from sync.errors import NotFound
from sync.i18n import N_
from sync.identity import stamp
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.records import Edit, create, delete, patch

ACCEPTS: Final = frozenset({"mediator", "secretary"})
"""Posts that accept a case. Everybody else who hears of a quarrel passes it on as a clue."""
OPENS: Final = ACCEPTS | {"grid_worker", "grid_leader", "area_officer", "desk_clerk"}

_WHO_IT_IS: Final = ("household_id", "person_id")
_HEAD: Final = (
    *("title", "dispute", "scale", "origin", "origin_id", "accepted_on"),
    *("grid_id", "place", "facts", "demands"),
)


@dataclass(frozen=True)
class PartyEdit:
    """What stood in the changed fields of a party ``before`` and ``after`` it was linked to the
    ledger, or edited."""

    party_id: str
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)


class Cases(CaseWriting):
    """The mediation cases on this computer: begun, taken up, and written into."""

    # --- Who may ---------------------------------------------------------------------------------

    @property
    def may_accept(self) -> bool:
        """Whether a case that begins here is accepted at once."""
        return bool(ACCEPTS & set(self._store.account.user.posts))

    @property
    def may_open(self) -> bool:
        """Whether cases begin here at all."""
        return bool(OPENS & set(self._store.account.user.posts))

    # --- Beginning --------------------------------------------------------------------------------

    def open(self, form: OpeningForm, *, ends_draft: str = "") -> str:
        """Begin a case, accepted or as a clue; its id.

        Raises :class:`CaseRefused`, :class:`MayNotAccept` or :class:`NobodyNamed`.
        """
        refuse(opening_flaws(form, self._today()))
        if form.accepted_on and not self.may_accept:
            raise MayNotAccept
        mediators = set(form.mediators) | ({self.me} if self.may_accept else set())
        if not mediators:
            raise NobodyNamed
        case_id = self._store.minter.new_id()
        scope = scope_name(ScopeKind.CASE, case_id)
        head = create(CASE, self._head(form, mediators), scope_id=scope, row_id=case_id)
        parties = [_party_edit(case_id, scope, party) for party in form.parties]
        self._store.records.write([head, *parties], ends_draft=ends_draft)
        return case_id

    def _head(self, form: OpeningForm, mediators: Iterable[str]) -> dict[str, Any]:
        told = {name: getattr(form, name).strip() or None for name in _HEAD}
        return {name: value for name, value in told.items() if value} | {
            "stage": "accepted" if form.accepted_on else "clue",
            "mediators": sorted(mediators),
            "opened_by": self.me,
            "opened_at": stamp(self._clock.now()),
            "violence_risk": form.violence_risk,
        }

    def accept(self, case_id: str, accepted_on: str) -> None:
        """Take a case up: from that day the limit of 30 days runs.

        Raises :class:`CaseRefused`, :class:`MayNotAccept`.
        """
        if not self.may_accept:
            raise MayNotAccept
        file = self.case(case_id)
        refuse(stage_flaws(file, "accepted", self._today()))
        if not accepted_on or accepted_on > self._today().isoformat():
            raise CaseRefused([Flaw("accepted_on", N_("This day has not come yet."))])
        mediators = sorted({*file.mediators, self.me})
        fields = {"stage": "accepted", "accepted_on": accepted_on, "mediators": mediators}
        self._store.records.write([patch(CASE, case_id, fields)])

    # --- What it is about, and who takes part -----------------------------------------------------

    def edit(self, case_id: str, fields: Mapping[str, Any]) -> None:
        """Change fields of the case itself, such as facts, scale, invited."""
        self._store.records.write([patch(CASE, case_id, fields)])

    def toggle_person(self, case_id: str, staff_id: str) -> bool:
        """Invite somebody who works here, or take them out of the case again; whether they are in
        it now. One mediator always stays. Raises :class:`CaseRefused`."""
        file = self.case(case_id)
        if staff_id in file.mediators:
            if len(file.mediators) == 1:
                raise CaseRefused([Flaw("mediators", N_("One mediator has to stay."))])
            self.edit(case_id, {"mediators": sorted(set(file.mediators) - {staff_id})})
            return False
        invited = set(file.invited) ^ {staff_id}
        self.edit(case_id, {"invited": sorted(invited)})
        return staff_id in invited

    def add_party(self, case_id: str, party: Party, *, ends_draft: str = "") -> str:
        """One more party; its id. Raises :class:`CaseRefused`."""
        file = self.case(case_id)
        self._check_party(file, party)
        edit = _party_edit(case_id, file.scope_id, party)
        return self._store.records.write([edit], ends_draft=ends_draft).row_ids[0]

    def unadd_party(self, case_id: str, party: Party) -> tuple[int, int]:
        """Take a party out again: to undo that it was added. Whoever was changed since, or stands
        in a signed agreement, stays. How many are gone, and how many stay."""
        file = self.case(case_id)
        now = next((one for one in file.parties if one.id == party.id), None)
        if now is None or file.signed is not None or _party_fields(now) != _party_fields(party):
            return 0, 1
        self.remove_party(party.id)
        return 1, 0

    def edit_party(self, case_id: str, party: Party, *, ends_draft: str = "") -> PartyEdit:
        """What is known of a party now; only what differs is written, so that what another
        computer changes meanwhile stays. What :meth:`unedit_party` takes to undo it. Raises
        :class:`CaseRefused`."""
        file = self.case(case_id)
        self._check_party(file, party)
        before = next((one for one in file.parties if one.id == party.id), Party(party.id))
        after, known = _party_fields(party), _party_fields(before)
        changed = {name: value for name, value in after.items() if value != known[name]}
        edits = [patch("case_party", party.id, changed)] if changed else []
        self._store.records.write(edits, ends_draft=ends_draft)
        return PartyEdit(party.id, {name: known[name] for name in changed}, changed)

    def unedit_party(self, edit: PartyEdit) -> tuple[int, int]:
        """The fields as they were before an edit, also after it was sent: how many were given
        back, and how many stay because they were changed since. Where that is who of the ledger
        the party is all of them do: half of one person and half of another would be nobody."""
        now = self._store.reading.find("case_party", edit.party_id)
        said = [name for name in _WHO_IT_IS if name in edit.after]
        if now is None or any(now.get(name) != edit.after[name] for name in said):
            return 0, len(edit.before)
        back = {
            name: value for name, value in edit.before.items() if now.get(name) == edit.after[name]
        }
        if back:
            self._store.records.write([patch("case_party", edit.party_id, back)])
        return len(back), len(edit.before) - len(back)

    def link_party(self, case_id: str, party_id: str, home_id: str, person_id: str) -> PartyEdit:
        """Say who of the ledger a party is. What is typed stays, the name as it was told; what is
        empty is filled in. Raises :class:`CaseRefused` or NotFound."""
        file = self.case(case_id)
        party = next((one for one in file.parties if one.id == party_id), None)
        known = ledger_party(self._store.reading, home_id, person_id)
        if party is None or known is None:
            raise NotFound(what=party_id)
        told = party.name if known["name"] and known["name"] != party.name else ""
        filled = {name: value for name, value in known.items() if not getattr(party, name)}
        linked = replace(
            party,
            **filled,
            household_id=home_id,
            person_id=person_id,
            name=known["name"] or party.name,
            told=party.told or told,
        )
        self._check_party(file, linked)
        after, before = _party_fields(linked), _party_fields(party)
        changed = {name: value for name, value in after.items() if value != before[name]}
        self._store.records.write([patch("case_party", party_id, changed)])
        return PartyEdit(party_id, {name: before[name] for name in changed}, changed)

    def remove_party(self, party_id: str) -> None:
        """They were none after all."""
        self._store.records.write([delete("case_party", party_id)])

    def _check_party(self, file: CaseFile, party: Party) -> None:
        others = [one for one in file.parties if one.id != party.id]
        twice = (
            Flaw("name", flaw.text)
            for flaw in twice_flaws([*others, party])
            if flaw.field == f"{len(others) + 1}.name"
        )
        refuse([*party_flaws(party, self._today()), *twice])

    # --- Drafts -----------------------------------------------------------------------------------

    def keep_draft(self, key: str, value: Mapping[str, Any]) -> str:
        """Keep what was typed, on disk; the time is returned as a stamp."""
        self._store.drafts.keep(key, dict(value))
        return self._store.drafts.saved_at(key)

    def draft(self, key: str) -> dict[str, Any]:
        """What was typed before a lock, a kill or a change of mind; empty where nothing was."""
        return dict(self._store.drafts.find(key) or {})

    def draft_saved_at(self, key: str) -> str:
        """When that was, as a stamp; empty where there is none."""
        return self._store.drafts.saved_at(key)

    def drop_draft(self, key: str) -> None:
        """Throw it away, because somebody said so."""
        self._store.drafts.drop(key)


def _party_fields(party: Party) -> dict[str, Any]:
    names = tuple(Party.__dataclass_fields__)[1:]
    return {name: getattr(party, name).strip() or None for name in names}


def _party_edit(case_id: str, scope: str, party: Party) -> Edit:
    told = {name: value for name, value in _party_fields(party).items() if value is not None}
    return create("case_party", {"case_id": case_id, **told}, scope_id=scope)
