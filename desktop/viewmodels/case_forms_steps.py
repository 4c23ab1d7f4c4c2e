"""Something that was done in a case, with its date."""

from collections.abc import Sequence
from typing import Final

from desktop.services.case_file import step_words
from desktop.services.case_forms import StepForm
from desktop.services.photos import Photo
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_form import (
    CaseForm,
    FieldKind,
    FormField,
    FormPart,
    Reader,
    Saved,
    Texts,
    day_field,
    note_field,
    pressed,
)
from sync.i18n import N_, _
from sync.schema import codes


class StepCaseForm(CaseForm):
    """Something that was done, with its date."""

    def __init__(self, place: Workplace, record_id: str, kind: str) -> None:
        super().__init__(place, record_id)
        self._kind = kind
        self._parties: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """What was done."""
        return _(codes.CASE_STEP[self._kind])

    @property
    def hint(self) -> str:
        """What the law says about it."""
        return _(_STEP_HINTS[self._kind]) if self._kind in _STEP_HINTS else ""

    @property
    def draft_key(self) -> str:
        """One draft a case and kind of step."""
        return f"case_step:{self.record_id}:{self._kind}"

    def begin(self) -> dict[str, str]:
        """Nothing is chosen for anybody."""
        self._parties = tuple((party.id, party.name) for party in self.case().parties)
        return {}

    def parts(self, lines: int) -> Sequence[FormPart]:
        """What this kind has to say."""
        fields = [day_field("done_on", _(N_("On which day")))]
        if self._kind == "extension":
            sides = tuple((key, _(codes.PARTY_SIDE[key])) for key in ("applicant", "respondent"))
            fields += [
                day_field("until", _(N_("Until"))),
                FormField("agreed_by", _(N_("Agreed to by")), FieldKind.MANY, choices=sides),
            ]
        if self._kind == "referred":
            who = _(N_("Who agrees to it"))
            fields.append(FormField("agreed_by", who, FieldKind.MANY, choices=self._parties))
        if self._kind in _CONFIRMED:
            words = pressed(_(_CONFIRMED[self._kind]))
            fields.append(FormField("done", _(N_("Done")), FieldKind.MANY, choices=words))
        if self._kind == "called_back":
            fields.append(
                FormField(
                    "satisfaction", _(N_("Satisfaction")), hint=_(N_("5 to 1, 0 not reached"))
                )
            )
        helps = "follow_up" if self._kind in _ASKED else ""
        fields.append(note_field("text", _(N_("Note")), helps))
        return (FormPart(self.title, tuple(fields)),)

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Keep it with its date."""
        reader = Reader(texts, self.place.day())
        form = StepForm(
            self._kind,
            reader.past_day("done_on"),
            reader.coming_day("until"),
            reader.several("agreed_by"),
            reader.text("text"),
            reader.number("satisfaction", _SATISFACTION),
            reader.flag("done") or self._kind not in _CONFIRMED,
        )
        reader.check()
        self.place.cases.step(self.record_id, form)
        what = step_words(self._kind, done=form.done)
        return Saved(_(N_("Kept: {what}")).format(what=what), self.record_id)


_ASKED: Final = frozenset({"called_back", "performed", "not_performed"})
_SATISFACTION: Final = N_("Satisfaction is 5 to 1, or 0 where nobody was reached.")
_CONFIRMED: Final = {
    "failed": N_("the other ways were explained: arbitration, the authorities, a court"),
    "performed": N_("all of it was done"),
}
_STEP_HINTS: Final = {
    "extension": N_("30 days; longer only if both sides agree."),
    "court_applied": N_("Both sides ask together, within 30 days of signing."),
    "performed": N_("Not all of it yet? Leave it unpressed: it is kept as performed in part."),
    "failed": N_("Whoever does not agree keeps every other way."),
    "referred": N_("Only with consent, which is signed on paper. Write to whom, and what is told."),
    "called_back": N_("Ask each side: is it kept, how satisfied are they?"),
    "violence_reported": N_("Within the hour: to the police and the street."),
}
