"""The note of an oral mediation while it is written: the parties, and what is still missing."""

from dataclasses import dataclass, field, replace

from desktop.rows import Row, Tone
from desktop.services.notes import MediationForm
from desktop.services.workplace import Workplace
from desktop.viewmodels.ledger_people import LedgerRows, ledger_people
from sync.errors import NotFound
from sync.i18n import N_, _
from sync.rules.people import name_with_age
from sync.schema import codes

AS_WRITTEN = "as-written"
"""The key of the row that takes the words themselves: a party that stands in no ledger."""

MOST_OFFERED = 8
_CHOOSE = N_("Say who “{words}” is: choose below, or take the words themselves.")


@dataclass(frozen=True)
class Party:
    """Somebody in a dispute, as the person who writes sees them."""

    name: str = field(repr=False)
    where: str


@dataclass(frozen=True)
class Begun:
    """A mediation as the page finds it. ``kept_at`` is the stamp of its draft, if there is one."""

    first: Party
    second: Party | None
    form: MediationForm
    kept_at: str


def begin(place: Workplace, household_id: str) -> Begun:
    """The form for a household: empty, or as it was left. Raises NotFound. On the store lane."""
    kept = place.notes.mediation_draft(household_id)
    form = kept or MediationForm()
    at = place.notes.mediation_draft_saved_at(household_id) if kept else ""
    return Begun(party(place, household_id), _second(place, form), form, at)


def party(place: Workplace, household_id: str, person_id: str = "") -> Party:
    """A household as a party, or who of its residents was chosen. Raises
    :class:`~sync.errors.NotFound`."""
    line = place.households.line(household_id)
    where = " ".join(part for part in (line.estate, line.title or line.room) if part)
    members = place.households.card(household_id).members if person_id else ()
    chosen = next((one for one in members if one.id == person_id), None)
    if chosen is not None:
        return Party(name_with_age(chosen.name, chosen.age), where)
    return Party(name_with_age(line.who, line.age), where)


def told(name: str) -> Party:
    """A party that is known by a name alone."""
    return Party(name, _(N_("as written, not in the ledger")))


def offers(place: Workplace, wanted: str, household_id: str) -> LedgerRows:
    """Residents that answer to ``wanted``, everybody of a room that does, and last the words
    themselves: nobody is a party whom nobody chose. On the store lane."""
    found = ledger_people(place, wanted)
    people = {key: who for key, who in found.people.items() if who[0] != household_id}
    rows = [row for row in found.rows if row.key in people][:MOST_OFFERED]
    return LedgerRows((*rows, _as_written(wanted)), people, wanted)


def with_resident(form: MediationForm, household_id: str, person_id: str) -> MediationForm:
    """The form with somebody of the ledger as its second party."""
    return replace(
        form,
        other_household_id=household_id,
        other_person_id=person_id,
        other_party="",
        searched="",
    )


def with_name(form: MediationForm, name: str) -> MediationForm:
    """The form with a second party that is known by name alone."""
    return replace(with_resident(form, "", ""), other_party=name.strip())


def with_search(form: MediationForm, typed: str) -> MediationForm:
    """The form while the second party is looked for by words."""
    return replace(with_resident(form, "", ""), searched=typed)


def missing_sentence(form: MediationForm) -> str:
    """What has to be filled in before it can be saved, in one sentence; empty where nothing is."""
    missing = form.missing()
    if not missing:
        return ""
    if form.searched.strip():
        return _(_CHOOSE).format(words=form.searched.strip())
    return _(N_("Still missing: {what}.")).format(what=_(", ").join(_(one) for one in missing))


def disputes() -> list[tuple[str, str]]:
    """The kinds of dispute as (code, words)."""
    return [(code, _(words)) for code, words in codes.DISPUTE.items()]


def _second(place: Workplace, form: MediationForm) -> Party | None:
    if form.other_household_id:
        try:
            return party(place, form.other_household_id, form.other_person_id)
        except NotFound:
            return Party(_(N_("a household of another grid")), "")
    return told(form.other_party) if form.other_party else None


def _as_written(wanted: str) -> Row:
    return Row(
        key=AS_WRITTEN,
        title=_(N_("Write “{name}”")).format(name=wanted),
        detail=_(N_("somebody who is in no ledger")),
        icon="pencil-simple",
        icon_tone=Tone.NEUTRAL,
        action=_(N_("Choose")),
        action_key="⏎",
    )
