"""Beginning a case, and its parties."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from desktop.services.case_file import Party
from desktop.services.case_forms import APPLICANT, RESPONDENT, OpeningForm
from desktop.services.case_rules import opening_draft_key
from desktop.services.ledger_party import ledger_party
from desktop.services.oral_versions import oral_of
from desktop.services.photos import Photo
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_form import (
    YES,
    CaseForm,
    FieldKind,
    FormField,
    FormPart,
    Quarrel,
    Reader,
    Saved,
    Texts,
    coded,
    day_field,
    note_field,
    pressed,
)
from desktop.viewmodels.case_party_fields import (
    DOOR,
    ROOM,
    from_ledger,
    known_party,
    of_household,
    party_fields,
    read_party,
    typed_over,
    typed_since,
)
from sync.errors import NotFound
from sync.i18n import N_, _
from sync.schema import codes

_SIDES: Final = (("1.", APPLICANT), ("2.", RESPONDENT))


class OpeningCaseForm(CaseForm):
    """A new case: by hand, from a household, or from an oral mediation that was not enough."""

    opens_case = True

    def __init__(self, place: Workplace, record_id: str = "", origin: str = "") -> None:
        super().__init__(place, record_id)
        self._origin = origin
        self._mediators: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """Accepted here, or passed on."""
        if self.place.cases.may_accept:
            return _(N_("New mediation case"))
        return _(N_("Pass a quarrel on to a mediator"))

    @property
    def hint(self) -> str:
        """Whose it is afterwards."""
        if self.place.cases.may_accept:
            return _(N_("Mediation is voluntary, free and confidential."))
        return _(N_("Once it is accepted, only who mediates sees it."))

    @property
    def draft_key(self) -> str:
        """One draft a household."""
        return opening_draft_key(self.record_id)

    def begin(self) -> dict[str, str]:
        """What is known already; no act is chosen for anybody."""
        self._mediators = tuple((m.id, m.name) for m in self.place.case_people.mediators())
        texts: dict[str, str] = {"origin": self._origin} if self._origin else {}
        if not self.record_id:
            return texts
        oral = self.place.store.reading.find("oral_mediation", self.record_id)
        if oral is None:
            return texts | of_household(self.place, "1.", self.record_id)
        texts |= {
            "facts": str(oral.get("what") or ""),
            "dispute": str(oral.get("dispute") or ""),
            "place": str(oral.get("place") or ""),
        }
        texts |= self._at_home("1.", str(oral.get("household_id") or ""))
        other, person = oral_of(self.place.store.reading, self.record_id).link
        return texts | self._second(str(oral.get("other_party") or ""), other, person)

    def _at_home(self, at: str, home: str) -> dict[str, str]:
        """The head of a home as a party; nothing where it is not here."""
        try:
            return of_household(self.place, at, home)
        except NotFound:
            return {}

    def _second(self, told: str, home: str, person: str) -> dict[str, str]:
        """The second party: as told, as who it was linked to, or the head of its home.

        Of somebody else the head's home alone is taken, never what is known of the head.
        """
        texts = self._at_home("2.", home)
        if not told and not person:
            return texts
        texts = {f"2.{name}": texts.get(f"2.{name}", "") for name in DOOR} | {"2.name": told}
        known = ledger_party(self.place.store.reading, home, person) if person else None
        if known is not None:
            texts |= {f"2.{name}": value for name, value in known.items() if value}
            texts |= {"2.told": told, "2.person_id": person}
        return {name: value for name, value in texts.items() if value}

    def parts(self, lines: int) -> Sequence[FormPart]:
        """What it is about, then the two sides."""
        about = [
            FormField("title", _(N_("The quarrel in short")), hint=_(N_("like 楼上漏水泡了吊顶"))),
            FormField(
                "dispute", _(N_("Kind of dispute")), FieldKind.ONE, choices=coded(codes.DISPUTE)
            ),
            FormField(
                "origin",
                _(N_("Where it came from")),
                FieldKind.ONE,
                choices=coded(codes.CASE_ORIGIN),
            ),
            note_field("facts", _(N_("What happened")), "facts"),
            note_field("demands", _(N_("What is asked for")), "demands"),
        ]
        return (
            FormPart(_(N_("The quarrel")), (*about, *self._end())),
            *(
                FormPart(_(codes.PARTY_SIDE[side]), party_fields(at, whole=True))
                for at, side in _SIDES
            ),
        )

    def _end(self) -> tuple[FormField, ...]:
        scale = FormField("scale", _(N_("Scale")), FieldKind.ONE, choices=coded(codes.CASE_SCALE))
        risk = FormField(
            "violence_risk",
            _(N_("Danger")),
            FieldKind.MANY,
            choices=pressed(_(N_("risk of violence: two go, report within the hour"))),
        )
        if self.place.cases.may_accept:
            accepted = day_field("accepted_on", _(N_("Accepted on, empty for a clue")))
            return (scale, accepted, risk)
        whom = FormField("mediators", _(N_("Mediators")), FieldKind.MANY, choices=self._mediators)
        return (whom, risk)

    def quarrel(self, texts: Texts) -> Quarrel:
        """What is typed so far."""
        told = f"{texts.get('title', '')} {texts.get('facts', '')}"
        return Quarrel(texts.get("dispute", ""), told)

    def filled(self, key: str, texts: Texts) -> dict[str, str]:
        """A room brings who lives there."""
        at, _dot, name = key.rpartition(".")
        return from_ledger(self.place, f"{at}.", texts) if name == ROOM and at else {}

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Open it."""
        today = self.place.day()
        reader = Reader(texts, today)
        parties = [
            (at, read_party(reader, at, side))
            for at, side in _SIDES
            if any(texts.get(f"{at}{name}", "").strip() for name in ("name", "phone", "address"))
        ]
        form = OpeningForm(
            title=reader.text("title"),
            dispute=reader.text("dispute"),
            scale=reader.text("scale"),
            origin=reader.text("origin"),
            origin_id=self.record_id,
            accepted_on=reader.past_day("accepted_on"),
            mediators=reader.several("mediators"),
            facts=reader.text("facts"),
            demands=reader.text("demands"),
            violence_risk=YES in reader.several("violence_risk"),
            parties=tuple(party for _at, party in parties),
        )
        reader.check()
        case_id = self.place.cases.open(form, ends_draft=self.draft_key)
        return Saved(_(N_("Opened: {title}")).format(title=form.title), case_id)


class PartyForm(CaseForm):
    """One party: new, or what is known of them now."""

    def __init__(self, place: Workplace, record_id: str, party_id: str = "") -> None:
        super().__init__(place, record_id)
        self._party_id = party_id

    @property
    def title(self) -> str:
        """New or known."""
        return _(N_("Party")) if self._party_id else _(N_("One more party"))

    @property
    def draft_key(self) -> str:
        """One draft a party; one for the next that is added."""
        return f"case_party:{self.record_id}:{self._party_id}"

    def begin(self) -> dict[str, str]:
        """What is known of the party."""
        found = self._known()
        return known_party(found) if found else {}

    def resumed(self, kept: Texts, fresh: Texts) -> dict[str, str]:
        """Somebody may have been linked to the ledger since the draft was begun."""
        return typed_over(kept, fresh)

    def _known(self) -> Party | None:
        return next((one for one in self.case().parties if one.id == self._party_id), None)

    def parts(self, lines: int) -> Sequence[FormPart]:
        """All that papers ask for."""
        fields = party_fields("", whole=True, with_side=True)
        return (FormPart(self.title, fields),)

    def filled(self, key: str, texts: Texts) -> dict[str, str]:
        """A room brings who lives there."""
        return from_ledger(self.place, "", texts) if key == ROOM else {}

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Add or change the party."""
        reader = Reader(texts, self.place.day())
        party = read_party(reader, "", party_id=self._party_id)
        reader.check()
        if self._party_id:
            party = self._typed_on(party, texts)
            cases = self.place.cases
            edited = cases.edit_party(self.record_id, party, ends_draft=self.draft_key)
            undo = partial(cases.unedit_party, edited)
            return Saved(_(N_("Saved the party.")), self.record_id, undo)
        added = self.place.cases.add_party(self.record_id, party, ends_draft=self.draft_key)
        undo = partial(self.place.cases.unadd_party, self.record_id, replace(party, id=added))
        return Saved(_(N_("Saved the party.")), self.record_id, undo)

    def _typed_on(self, party: Party, texts: Texts) -> Party:
        """The party as it is stored now, with what was typed here."""
        typed = {name: getattr(party, name) for name in typed_since(texts)}
        return replace(self._known() or party, **typed)
