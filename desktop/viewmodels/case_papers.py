"""The list of papers of a case in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from desktop.services.case_file import CaseFile
from desktop.services.workplace import Workplace
from sync.i18n import N_, _
from sync.rules.dossier import PAPERS, DossierIncomplete, PaperLine, State


class Standing(StrEnum):
    """How far a paper is."""

    THERE = "there"
    UNSIGNED = "unsigned"
    MISSING = "missing"
    LATER = "later"

    @property
    def words(self) -> str:
        """The state for those who hear the screen."""
        return _(_WORDS[self])


_WORDS = {
    Standing.THERE: N_("there"),
    Standing.UNSIGNED: N_("scan of the signed page missing"),
    Standing.MISSING: N_("missing"),
    Standing.LATER: N_("not needed yet"),
}


@dataclass(frozen=True)
class PaperItem:
    """One paper. ``note`` says what is lacking."""

    key: str
    words: str
    standing: Standing
    required: bool
    note: str = ""

    def sentence(self) -> str:
        """The whole line for those who hear the screen."""
        return _("; ").join(part for part in (self.words, self.standing.words, self.note) if part)


def read_papers(place: Workplace, file: CaseFile) -> list[PaperItem]:
    """The papers of a case that was read a moment ago. On the store lane."""
    return list(paper_items(place.dossiers.lines_in(file)))


def paper_items(lines: Iterable[PaperLine]) -> Iterable[PaperItem]:
    """Every paper on the list."""
    for line in lines:
        note = ""
        if line.state is State.UNSIGNED and line.required:
            names = "、".join(line.unsigned)
            note = _(N_("scan missing with the signatures of {names}")).format(names=names)
        elif line.lacks and line.paper == "cover":
            note = _(N_("its number comes with a sync"))
        elif line.lacks:
            note = _(N_("missing"))
        standing = Standing(line.state.value)
        yield PaperItem(line.paper, _(PAPERS[line.paper]), standing, line.required, note)


def archive_refusal(items: Iterable[PaperItem]) -> str:
    """Why a file with these papers is not archived; empty where nothing lacks."""
    lines = (PaperLine(one.key, one.required, State(one.standing.value)) for one in items)
    found = [line for line in lines if line.lacks]
    return DossierIncomplete.of(found).sentence() if found else ""


def paper_choices() -> tuple[tuple[str, str], ...]:
    """Every paper that a scan may belong to."""
    return tuple((key, _(words)) for key, words in PAPERS.items() if key != "cover")
