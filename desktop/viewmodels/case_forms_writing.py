"""Writing into a case: a whole talk, its correction, and scans of its papers."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.services.case_file import CaseFile, Party, Said, Talk
from desktop.services.case_forms import Flaw, TalkForm
from desktop.services.case_rules import talk_draft_key
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
    note_field,
)
from desktop.viewmodels.case_papers import paper_choices
from sync.i18n import N_, _, n_
from sync.schema import codes


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
        """The next talk of the case has one draft, each correction another."""
        if self._talk_id:
            return f"case_correction:{self.record_id}:{self._talk_id}"
        return talk_draft_key(self.record_id)

    def begin(self) -> dict[str, str]:
        """Empty, or the talk that is corrected."""
        self._file = self.case()
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
            note_field(f"said_{at}", _(N_("{name} said")).format(name=party.name), "demands")
            for at, party in enumerate(self._parties())
        )
        rest = (
            note_field("text", _(N_("Note")), "inquiry"),
            note_field("result", _(N_("What came of it")), "terms"),
        )
        why = FormField("reason", _(N_("Why it is corrected")))
        end = (why, *rest) if self._talk_id else rest
        return (
            FormPart(_(N_("The talk")), when),
            FormPart(_(N_("What each said")), (*said, *end)),
        )

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Write it down, for good."""
        file = self.case()
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
        return Saved(_(N_("Corrected; what stood there stays.")), self.record_id)


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
        count = len(files)
        words = n_("{count} page attached", "{count} pages attached", count)
        return Saved(words.format(count=count), self.record_id)
