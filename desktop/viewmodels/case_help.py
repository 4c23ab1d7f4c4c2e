"""Ready words and the law for a field of a case, as rows to choose from.

Nothing is written by itself: a person chooses a line, and fills in its blanks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.rows import Row, RowKind, Tag, Tone
from desktop.services.mediation_help import (
    USES,
    DisputeKind,
    Quoted,
    articles_of,
    kind_of,
    kinds,
    phrases_source,
)
from desktop.viewmodels.case_form import Quarrel
from sync.i18n import N_, _

GENERAL: Final = "general"
"""The tab of what the law says of every mediation."""


@dataclass(frozen=True)
class Help:
    """A line that can be written. ``text`` goes into the field; ``source`` says where it is
    from."""

    key: str
    title: str
    text: str
    source: str
    is_law: bool


def use_of(talk: str) -> str:
    """Which ready words fit a kind of talk (``codes.TALK_KIND``)."""
    return {"inquiry": "inquiry", "call": "follow_up", "follow_up": "follow_up"}.get(talk, "terms")


def help_tabs(quarrel: Quarrel) -> list[tuple[str, str]]:
    """The kinds of quarrel as (key, words), those first that this case looks like; then the law
    that always applies."""
    found = [(one.key, one.title) for one in kinds(quarrel.dispute, quarrel.told)]
    return [*found, (GENERAL, _(N_("Every mediation")))]


def first_tab(quarrel: Quarrel) -> str:
    """Where the picker opens: the kind that the case is of, or the law of every mediation."""
    found = kind_of(quarrel.dispute, quarrel.told)
    return found.key if found else GENERAL


def helps_for(tab: str, use: str) -> tuple[Help, ...]:
    """The phrases of a kind for one use, then the articles that apply to it."""
    kind = next((one for one in kinds() if one.key == tab), None)
    general = {one.article.key for one in articles_of(None)}
    quoted = articles_of(kind)
    if kind is not None:
        quoted = [one for one in quoted if one.article.key not in general]
    return (*_phrases(kind, use), *map(_article, quoted))


def help_rows(helps: Sequence[Help], use: str) -> list[Row]:
    """The lines under a heading each."""
    phrases = [one for one in helps if not one.is_law]
    laws = [one for one in helps if one.is_law]
    rows: list[Row] = []
    if phrases:
        rows.append(Row("phrases", _(USES[use]), RowKind.GROUP))
        rows += map(_row, phrases)
    rows.append(Row("laws", _(N_("The law")), RowKind.GROUP))
    return [*rows, *map(_row, laws)]


def _phrases(kind: DisputeKind | None, use: str) -> Iterator[Help]:
    lines = kind.phrases.get(use, ()) if kind else ()
    for at, line in enumerate(lines):
        yield Help(f"phrase:{at}", line, line, phrases_source(), is_law=False)


def _article(one: Quoted) -> Help:
    text = f"{one.name}：{one.article.text}"
    return Help(f"law:{one.article.key}", one.name, text, one.source, is_law=True)


def _row(one: Help) -> Row:
    words = one.text.removeprefix(f"{one.title}：").replace("\n", "") if one.is_law else ""
    return Row(
        key=one.key,
        title=one.title,
        detail=words,
        tags=(Tag(_(N_("law")), Tone.PRIMARY),) if one.is_law else (),
        icon="book-open" if one.is_law else "note-pencil",
        icon_tone=Tone.PRIMARY if one.is_law else Tone.NEUTRAL,
        action=_(N_("Write it")),
        action_key="⏎",
    )
