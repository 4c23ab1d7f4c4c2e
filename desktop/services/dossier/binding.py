"""Which papers a case makes, and in which order they are bound (调解一本清)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from desktop.services.dossier.blocks import Paper
from desktop.services.dossier.forms import fill, form
from desktop.services.dossier.values import (
    agreement_values,
    case_values,
    oral_values,
    step_rows,
    talk_values,
)
from desktop.services.dossier.words import paper_words
from sync.rules.dossier import PAPERS, begins_with, outcome
from sync.rules.paper_case import PaperCase, Scan

_STEPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ended": ("failed",),
        "performance": ("performed", "not_performed"),
        "court": ("court_applied", "court_confirmed"),
        "referral": ("referred",),
    }
)
"""The steps that a paper is made from."""


@dataclass(frozen=True)
class Leaf:
    """What lies in the file at one place: a paper, and the scans bound in behind it."""

    key: str
    title: str
    papers: tuple[Paper, ...]
    scans: tuple[Scan, ...] = ()
    required: bool = False


def leaves(file: PaperCase, required: Sequence[str] = ()) -> tuple[Leaf, ...]:
    """The whole file without its cover, contents and back, which need the numbers of its pages."""
    keys = ("oral",) if file.register_only else tuple(key for key in PAPERS if key != "cover")
    found = [
        Leaf(key, title_of(key), tuple(papers_of(file, key)), file.scans_of(key), key in required)
        for key in keys
    ]
    return tuple(leaf for leaf in found if leaf.papers or leaf.scans)


def title_of(key: str) -> str:
    """What the contents call a paper."""
    names = paper_words().names
    return names[key] if key in names else form(key).title


def papers_of(file: PaperCase, key: str) -> Iterator[Paper]:
    """The documents that the record makes of one kind of paper: one for each talk, for example."""
    values = case_values(file)
    match key:
        case "inquiry" | "mediation":
            for talk in file.talks_of(key):
                yield fill(key, {**values, **talk_values(file, talk)}, talk.id)
        case "agreement" | "supplement" | "oral":
            yield from _agreed(file, key, values)
        case "follow_up":
            for row in step_rows(file.steps_of("called_back")):
                yield fill(key, {**values, **row})
        case _:
            if _is_made(file, key):
                yield fill(key, {**values, **_rows(file, key)})


def _is_made(file: PaperCase, key: str) -> bool:
    """Whether a paper of which there is one is due in this file."""
    match key:
        case "application" | "registration":
            return key == begins_with(file)
        case "proxy":
            return any(party.agent for party in file.parties)
        case _:
            return key == "rights" or bool(file.steps_of(*_STEPS.get(key, ())))


def _rows(file: PaperCase, key: str) -> Mapping[str, object]:
    """The steps that fill the table of a paper."""
    rows = step_rows(file.steps_of(*_STEPS.get(key, ())))
    return {"performances": rows, "referrals": rows}


def _agreed(file: PaperCase, key: str, values: Mapping[str, object]) -> Iterator[Paper]:
    oral = outcome(file) == "oral"
    if key == "agreement" and file.agreement is not None and not oral:
        yield fill(key, {**values, **agreement_values(file, file.agreement)}, file.agreement.id)
    elif key == "supplement":
        for one in file.supplements:
            yield fill(key, {**values, **agreement_values(file, one)}, one.id)
    elif key == "oral" and oral:
        yield fill(key, {**values, **oral_values(file)})


def cover(file: PaperCase) -> Paper:
    """The cover. Who bound the file, and when, stands there once it is archived; for how long it
    is kept is written by hand."""
    return fill("cover", case_values(file))


def loose(file: PaperCase, required: Sequence[str] = ()) -> tuple[Leaf, ...]:
    """Every paper of the file by itself, cover, contents and back among them: whoever binds them
    by hand, with the scans between, numbers the pages by hand."""
    bound = leaves(file, required)
    if file.register_only:
        return bound
    front = (cover(file), contents(file, bound, [()] * len(bound)))
    ends = (back(file, paper_words().phrases["nothing"]),)
    return (
        Leaf("cover", title_of("cover"), front, required="cover" in required),
        *bound,
        Leaf("back", title_of("back"), ends),
    )


def contents(file: PaperCase, bound: Sequence[Leaf], pages: Sequence[tuple[int, ...]]) -> Paper:
    """The contents; ``pages`` are the first and last page of each leaf, from 1, none where a hand
    numbers them."""
    words = paper_words()
    rows = [
        {
            "n": str(number),
            "name": leaf.title,
            "pages": words.phrases["to"].join(map(str, dict.fromkeys(of))),
            "remark": words.remark["required" if leaf.required else "optional"],
        }
        for number, (leaf, of) in enumerate(zip(bound, pages, strict=True), 1)
    ]
    return fill("contents", {**case_values(file), "contents": rows})


def back(file: PaperCase, pages: int | str) -> Paper:
    """The back cover: how many pages the file has, and what came after it was closed."""
    words = paper_words()
    late = [words.moment(talk.held_at) for talk in file.talks if talk.late]
    remarks = [{"text": words.say("after_close", when=when)} for when in late]
    return fill("back", {**case_values(file), "pages": str(pages), "remarks": remarks})
