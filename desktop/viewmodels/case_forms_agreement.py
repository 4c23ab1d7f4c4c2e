"""The agreement of a case, or a supplement, and the scan of its signed pages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from desktop.services.case_file import ORAL, SUPPLEMENT, Term
from desktop.services.case_forms import AgreementForm, CaseRefused, Flaw
from desktop.services.case_rules import agreement_draft_key
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
)
from sync.i18n import N_, _
from sync.rules.cases import sum_text
from sync.schema import codes

LEAST_TERMS: Final = 2


class AgreementCaseForm(CaseForm):
    """The agreement, written or oral, or a supplement once it is signed."""

    more_words: ClassVar[str] = N_("One more term")

    def __init__(self, place: Workplace, record_id: str) -> None:
        super().__init__(place, record_id)
        self._supplements = False

    @property
    def title(self) -> str:
        """What is written."""
        return _(N_("Supplement")) if self._supplements else _(N_("Agreement"))

    @property
    def hint(self) -> str:
        """Nobody signs on a screen."""
        return _(N_("Signed on paper; the scan of the signed pages locks it."))

    @property
    def draft_key(self) -> str:
        """One draft a case."""
        return agreement_draft_key(self.record_id)

    def begin(self) -> dict[str, str]:
        """The newest version; facts and points of the case where there is none."""
        file = self.case()
        self._supplements = file.signed is not None
        if self._supplements:
            return {"kind": SUPPLEMENT}
        found = file.agreement
        if found is None:
            return {"facts": file.facts, "points": file.points}
        texts = {"kind": found.kind, "facts": found.facts, "points": found.points}
        texts["copies"] = str(found.copies or "")
        for at, term in enumerate(found.terms, 1):
            texts |= _typed_term(term, at)
        return texts

    def lines_in(self, texts: Texts) -> int:
        """As many terms as are typed."""
        numbers = [
            int(key.partition(".")[0])
            for key, value in texts.items()
            if "." in key and value.strip() and key.partition(".")[0].isdecimal()
        ]
        return max([LEAST_TERMS, *numbers])

    def parts(self, lines: int) -> Sequence[FormPart]:
        """What happened, then each term."""
        head = [
            note_field("facts", _(N_("What happened")), "facts"),
            note_field("points", _(N_("What they differ about")), "points"),
            FormField("copies", _(N_("Copies")), hint="3"),
        ]
        if not self._supplements:
            kinds = tuple((key, _(codes.AGREEMENT_KIND[key])) for key in ("agreement", ORAL))
            head.insert(0, FormField("kind", _(N_("Kind")), FieldKind.ONE, choices=kinds))
            head.append(day_field("agreed_on", _(N_("Agreed on, for an oral one"))))
        terms = (
            FormPart(_(N_("Term {number}")).format(number=at), _term_fields(at))
            for at in range(1, lines + 1)
        )
        return (*terms, FormPart(self.title, tuple(head)))

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """A new version."""
        reader = Reader(texts, self.place.day())
        lines = self.lines_in(texts)
        form = AgreementForm(
            kind=SUPPLEMENT if self._supplements else reader.text("kind") or "agreement",
            facts=reader.text("facts"),
            points=reader.text("points"),
            terms=tuple(_read_term(reader, at) for at in range(1, lines + 1)),
            copies=reader.number("copies", N_("Copies are a number such as 3.")),
            agreed_on=reader.past_day("agreed_on"),
        )
        reader.check()
        blank = Term("")
        while form.terms and form.terms[-1] == blank:
            form = replace(form, terms=form.terms[:-1])
        self.place.cases.write_agreement(self.record_id, form)
        return Saved(
            _(N_("Written. It is locked once the signed pages are attached.")), self.record_id
        )


class SignForm(CaseForm):
    """The scan of the signed pages, with the day on which they were signed."""

    takes_files = True

    @property
    def title(self) -> str:
        """What is attached."""
        return _(N_("The signed pages"))

    @property
    def hint(self) -> str:
        """Then nothing changes any more."""
        return _(N_("From then on the text is locked; changes go in a supplement."))

    @property
    def draft_key(self) -> str:
        """One draft a case."""
        return f"case_signing:{self.record_id}"

    def begin(self) -> dict[str, str]:
        """Nothing is chosen for anybody."""
        return {}

    def parts(self, lines: int) -> Sequence[FormPart]:
        """The day; the scans are added below."""
        return (FormPart(self.title, (day_field("signed_on", _(N_("Signed on"))),)),)

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Lock what waits for a signature."""
        file = self.case()
        drafts = [one for one in (file.agreement, *file.supplements) if one and not one.is_locked]
        reader = Reader(texts, self.place.day())
        signed_on = reader.past_day("signed_on")
        reader.check()
        wanted = drafts[0].id if drafts else ""
        try:
            self.place.cases.sign(self.record_id, wanted, signed_on, files)
        except CaseRefused as refused:
            raise CaseRefused([_at_the_day(flaw) for flaw in refused.flaws]) from refused
        return Saved(_(N_("Signed pages attached; the text is locked.")), self.record_id)


def _at_the_day(flaw: Flaw) -> Flaw:
    """Terms are no fields of this form: what is wrong with one is said at the day."""
    if not flaw.field.endswith(".due_on"):
        return flaw
    return Flaw(
        "signed_on",
        N_("A term is due before this day. Check the day, or write the agreement anew."),
    )


def _term_fields(at: int) -> tuple[FormField, ...]:
    return (
        note_field(f"{at}.text", _(N_("Who does what")), "terms"),
        FormField(f"{at}.amount", _(N_("Amount")), hint=_(N_("like 1200元 or 1.2万"))),
        FormField(f"{at}.due_on", _(N_("By")), hint=_(N_("like 6-21"))),
        FormField(f"{at}.way", _(N_("Way of performance")), hint=_(N_("like 当面付清"))),
        FormField(f"{at}.place", _(N_("Place"))),
    )


def _typed_term(term: Term, at: int) -> dict[str, str]:
    amount = "" if term.amount is None else sum_text(term.amount)
    return {
        f"{at}.text": term.text,
        f"{at}.amount": amount,
        f"{at}.due_on": term.due_on,
        f"{at}.way": term.way,
        f"{at}.place": term.place,
    }


def _read_term(reader: Reader, at: int) -> Term:
    return Term(
        reader.text(f"{at}.text"),
        reader.sum(f"{at}.amount"),
        reader.coming_day(f"{at}.due_on"),
        reader.text(f"{at}.way"),
        reader.text(f"{at}.place"),
    )
