"""Writing into a case: a whole talk, its correction, the agreement, something that was done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from desktop.services.case_file import ORAL, SUPPLEMENT, CaseFile, Party, Said, Talk, Term
from desktop.services.case_forms import AgreementForm, Flaw, StepForm, TalkForm
from desktop.services.case_rules import agreement_draft_key, talk_draft_key
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
    coded,
    day_field,
    pressed,
)
from desktop.viewmodels.case_papers import paper_choices
from sync.i18n import N_, _, n_
from sync.rules.cases import sum_text
from sync.schema import codes

LEAST_TERMS: Final = 2


class TalkCaseForm(CaseForm):
    """A talk with all that its record asks for; with ``talk_id`` the correction of one."""

    takes_files = True

    def __init__(self, place: Workplace, record_id: str, talk_id: str = "") -> None:
        super().__init__(place, record_id)
        self._talk_id = talk_id
        self._file: CaseFile | None = None

    @property
    def title(self) -> str:
        """A talk, or its correction."""
        return _(N_("Correct a talk")) if self._talk_id else _(N_("A talk"))

    @property
    def hint(self) -> str:
        """It cannot be taken back."""
        return _(N_("Only ever added to: a mistake is mended by a correction."))

    @property
    def draft_key(self) -> str:
        """The next talk of the case has one draft, a correction another."""
        if self._talk_id:
            return f"case_correction:{self.record_id}"
        return talk_draft_key(self.record_id)

    def begin(self) -> dict[str, str]:
        """Empty, or the talk that is corrected."""
        self._file = self.place.cases.case(self.record_id)
        talk = self._file.talk(self._talk_id)
        return self._typed(talk) if talk else {}

    def _typed(self, talk: Talk) -> dict[str, str]:
        texts = {"kind": talk.kind, "place": talk.place, "text": talk.text, "result": talk.result}
        texts["present"] = "、".join(talk.present)
        names = [party.name for party in self._parties()]
        for at_, name in enumerate(names):
            words = [one.words for one in talk.said if one.who == name]
            texts[f"said_{at_}"] = "\n".join(words)
        rest = [f"{one.who}：{one.words}" for one in talk.said if one.who not in names]
        texts["text"] = "\n".join([*rest, texts["text"]]) if rest else texts["text"]
        return texts

    def _parties(self) -> Sequence[Party]:
        return self._file.parties if self._file else ()

    def parts(self, lines: int) -> Sequence[FormPart]:
        """When and where, who was there, what each said, what came of it."""
        when = (
            FormField("kind", _(N_("Kind of talk")), FieldKind.ONE, choices=coded(codes.TALK_KIND)),
            FormField("day", _(N_("Day")), hint=_(N_("like 6-12, empty for now"))),
            FormField("time", _(N_("Time")), hint=_(N_("like 15:00"))),
            FormField("place", _(N_("Place"))),
            FormField("present", _(N_("Who was there")), hint=_(N_("names with 、 between"))),
        )
        said = tuple(
            FormField(f"said_{at}", _(N_("{name} said")).format(name=party.name), FieldKind.NOTE)
            for at, party in enumerate(self._parties())
        )
        rest = (
            FormField("text", _(N_("Note")), FieldKind.NOTE),
            FormField("result", _(N_("What came of it")), FieldKind.NOTE),
        )
        why = FormField("reason", _(N_("Why it is corrected")))
        end = (why, *rest) if self._talk_id else rest
        return (
            FormPart(_(N_("The talk")), when),
            FormPart(_(N_("What each said")), (*said, *end)),
        )

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Write it down, for good."""
        file = self.place.cases.case(self.record_id)
        reader = Reader(texts, self.place.day())
        said = tuple(
            Said(party.name, reader.text(f"said_{at}"))
            for at, party in enumerate(file.parties)
            if reader.text(f"said_{at}")
        )
        form = TalkForm(
            kind=reader.text("kind"),
            held_at=reader.moment("day", "time"),
            place=reader.text("place"),
            present=tuple(reader.text("present").replace("，", "、").split("、")),
            said=said,
            text=reader.text("text"),
            result=reader.text("result"),
        )
        reader.check()
        cases, talk = self.place.cases, file.talk(self._talk_id)
        if talk is None:
            cases.talk(self.record_id, form, files)
            return Saved(_(N_("Written down.")), self.record_id)
        cases.correct_talk(self.record_id, talk, form, reader.text("reason"), files)
        cases.drop_draft(self.draft_key)
        return Saved(_(N_("Corrected; what stood there stays.")), self.record_id)


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
        file = self.place.cases.case(self.record_id)
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
            FormField("facts", _(N_("What happened")), FieldKind.NOTE),
            FormField("points", _(N_("What they differ about")), FieldKind.NOTE),
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
        file = self.place.cases.case(self.record_id)
        drafts = [one for one in (file.agreement, *file.supplements) if one and not one.is_locked]
        reader = Reader(texts, self.place.day())
        signed_on = reader.past_day("signed_on")
        reader.check()
        wanted = drafts[0].id if drafts else ""
        self.place.cases.sign(self.record_id, wanted, signed_on, files)
        self.place.cases.drop_draft(self.draft_key)
        return Saved(_(N_("Signed pages attached; the text is locked.")), self.record_id)


class ScanForm(CaseForm):
    """Scans and photos of one paper of the file."""

    takes_files = True

    @property
    def title(self) -> str:
        """What is attached."""
        return _(N_("Attach a scan"))

    @property
    def draft_key(self) -> str:
        """One draft a case."""
        return f"case_scan:{self.record_id}"

    def begin(self) -> dict[str, str]:
        """Nothing is chosen for anybody."""
        return {}

    def parts(self, lines: int) -> Sequence[FormPart]:
        """Of which paper it is."""
        papers = FormField("paper", _(N_("Paper")), FieldKind.ONE, choices=paper_choices())
        caption = FormField("caption", _(N_("Caption")))
        return (FormPart(self.title, (papers, caption)),)

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Attach them all."""
        reader = Reader(texts, self.place.day())
        if not reader.text("paper"):
            reader.flaws.append(Flaw("paper", N_("Say of which paper it is.")))
        if not files:
            reader.flaws.append(Flaw("caption", N_("Add a photo or scan first: press P.")))
        reader.check()
        for one in files:
            named = replace(one, caption=reader.text("caption"))
            self.place.cases.attach(self.record_id, named, paper=reader.text("paper"))
        self.place.cases.drop_draft(self.draft_key)
        count = len(files)
        words = n_("{count} page attached", "{count} pages attached", count)
        return Saved(words.format(count=count), self.record_id)


class StepCaseForm(CaseForm):
    """Something that was done, with its date."""

    def __init__(self, place: Workplace, record_id: str, kind: str) -> None:
        super().__init__(place, record_id)
        self._kind = kind

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
        """One draft a case."""
        return f"case_step:{self.record_id}"

    def begin(self) -> dict[str, str]:
        """Nothing is chosen for anybody."""
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
        if self._kind in _CONFIRMED:
            words = pressed(_(_CONFIRMED[self._kind]))
            fields.append(FormField("done", _(N_("Done")), FieldKind.MANY, choices=words))
        if self._kind == "called_back":
            fields.append(
                FormField(
                    "satisfaction", _(N_("Satisfaction")), hint=_(N_("5 to 1, 0 not reached"))
                )
            )
        fields.append(FormField("text", _(N_("Note")), FieldKind.NOTE))
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
        self.place.cases.drop_draft(self.draft_key)
        return Saved(_(N_("Kept: {what}")).format(what=self.title), self.record_id)


_SATISFACTION: Final = N_("Satisfaction is 5 to 1, or 0 where nobody was reached.")
_CONFIRMED: Final = {
    "failed": N_("the other ways were explained: arbitration, the authorities, a court"),
    "referred": N_("they agreed to it"),
    "performed": N_("all of it was done"),
}
_STEP_HINTS: Final = {
    "extension": N_("30 days; longer only if both sides agree."),
    "court_applied": N_("Both sides ask together, within 30 days of signing."),
    "failed": N_("Whoever does not agree keeps every other way."),
    "referred": N_("Psychological help only with consent."),
    "violence_reported": N_("Within the hour: to the police and the street."),
}


def _term_fields(at: int) -> tuple[FormField, ...]:
    return (
        FormField(f"{at}.text", _(N_("Who does what")), FieldKind.NOTE),
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
