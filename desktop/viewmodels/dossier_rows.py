"""The papers of a file as rows: what is there, what is missing, who has still to sign."""

from collections.abc import Iterable, Mapping

from desktop.rows import Lamp, Row, Tag, Tone
from sync.i18n import N_, _
from sync.rules.dossier import PAPERS, PaperLine, State

_LAMPS = {
    State.THERE: Lamp.DONE,
    State.UNSIGNED: Lamp.YELLOW,
    State.MISSING: Lamp.YELLOW,
    State.LATER: Lamp.NOT_DUE,
}


def dossier_rows(lines: Iterable[PaperLine], pages: Mapping[str, int]) -> list[Row]:
    """A row each; ``pages`` tells on which page (from 0) a paper begins."""
    return [_row(line, pages.get(line.paper)) for line in lines]


def _row(line: PaperLine, page: int | None) -> Row:
    required = Tag(_(N_("needed"))) if line.required else None
    where = "" if page is None else _(N_("page {page}")).format(page=page + 1)
    return Row(
        key=line.paper,
        title=_(PAPERS[line.paper]),
        lamp=_LAMPS[line.state],
        reason=_reason(line),
        reason_tone=Tone.WARN if line.lacks else Tone.NEUTRAL,
        detail=where,
        badge=required,
    )


def _reason(line: PaperLine) -> str:
    match line.state:
        case State.MISSING:
            return _(N_("missing"))
        case State.UNSIGNED:
            who = _(", ").join(line.unsigned)
            return _(N_("scan missing with the signatures of {names}")).format(names=who)
        case _:
            return ""
