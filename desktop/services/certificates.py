"""Certificates of the desk: templates in data files, a register with numbers, papers to print.

Who signs and who seals does so on paper: both stay empty. The ID number, which a desk does not
hold, is written by hand from the card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from desktop.services.computer_mark import computer_mark
from desktop.services.desk import Visitor
from desktop.services.desk_cases import NameWanted
from desktop.services.dossier.blocks import Paper
from desktop.services.dossier.forms import Form, filled
from desktop.services.dossier.words import paper_words
from desktop.services.privacy import Reveals
from resources import resource
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, catalogue
from sync.identity import Clock, local_day, parse_stamp, stamp
from sync.rules.masking import mask_name
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.reveal import CERTIFIED, EXPORTED
from sync.store.record import Record
from sync.store.records import create, patch
from sync.store.store import Store

KINDS: Final = ("residence", "hardship", "conduct", "volunteer", "report_in")
"""The templates that ship, in the order in which they are offered."""
_ABOUT: Final = ("name", "sex", "born", "address")
_OPEN: Final = "____"
"""What stands in a preview where nothing is known yet."""


class WordsMissing(DoorstepError):
    """A certificate with a gap in its sentence certifies nothing."""

    code = "certificate.words"
    message = N_("Fill in every line; what is not known cannot be certified.")


class VoidNeedsReason(DoorstepError):
    """Whoever meets the number in the register later asks why."""

    code = "certificate.void"
    message = N_("Say why it is void, in a few words.")


class Ask(msgspec.Struct, frozen=True):
    """One line that the clerk fills in."""

    key: str
    zh_CN: str
    en: str

    @property
    def words(self) -> str:
        """Its label in the language that is spoken."""
        return self.zh_CN if catalogue.language == "zh_CN" else self.en


class Template(Form, frozen=True):
    """A kind of certificate: its form, what is asked for it, and the name of its numbers."""

    name: Mapping[str, str]
    series: str
    asks: Sequence[Ask]

    @property
    def words(self) -> str:
        """Its name in the language that is spoken."""
        return self.name.get(catalogue.language) or self.title


@cache
def template(kind: str) -> Template:
    """One kind. Raises FileNotFoundError for one that no file has."""
    text = resource("certificates", f"{kind}.json").read_bytes()
    return msgspec.json.decode(text, type=Template)


@dataclass(frozen=True)
class CertificateLine:
    """One line of the register. ``who`` is masked."""

    id: str
    number: str
    kind: str
    who: str = field(repr=False)
    made_at: str
    void_reason: str
    record: Record = field(repr=False)


@dataclass(frozen=True)
class CertificateDraft:
    """What was filled in for somebody and is not entered yet."""

    kind: str
    said: Mapping[str, str] = field(repr=False)


class Certificates:
    """The register of one community's desk, and the drafts of what is to be entered."""

    def __init__(self, store: Store, clock: Clock, reveals: Reveals) -> None:
        self._store = store
        self._clock = clock
        self._reveals = reveals

    def issue(self, kind: str, visitor: Visitor, told: Mapping[str, str], window: str = "1") -> str:
        """Enter a certificate in the register, which ends its draft; its id is returned.

        Raises :class:`NameWanted`, :class:`WordsMissing`, and whatever saving raises.
        """
        if not visitor.name:
            raise NameWanted
        made, now = template(kind), stamp(self._clock.now())
        said = {one.key: told.get(one.key, "").strip().rstrip("。.") for one in made.asks}
        if not all(said.values()):
            raise WordsMissing
        body: dict[str, Any] = {
            "kind": kind,
            "number": self._next_number(made, window),
            "person_id": visitor.person_id,
            "household_id": visitor.card.line.id,
            "applicant": visitor.name,
            "said": said | self._about(visitor),
            "window": window,
            "staff_id": self._store.account.user.staff_id,
            "made_at": now,
        }
        scope = scope_name(ScopeKind.DESK, self._store.account.user.community_id)
        made_now = [create("certificate", body, scope_id=scope)]
        ends = _draft_key(visitor)
        return self._store.records.write(made_now, ends_draft=ends).row_ids[0]

    def keep_draft(self, visitor: Visitor, draft: CertificateDraft) -> None:
        """Keep what was filled in for somebody. An empty one leaves none.

        Raises DiskFull or StoreBusy.
        """
        key = _draft_key(visitor)
        if any(words.strip() for words in draft.said.values()):
            self._store.drafts.keep(key, {"kind": draft.kind, "said": dict(draft.said)})
        else:
            self._store.drafts.drop(key)

    def draft(self, visitor: Visitor) -> CertificateDraft | None:
        """What was filled in for somebody before; none of a kind that this app does not know."""
        kept = self._store.drafts.find(_draft_key(visitor)) or {}
        kind = str(kept.get("kind") or "")
        return CertificateDraft(kind, dict(kept.get("said") or {})) if kind in KINDS else None

    def _about(self, visitor: Visitor) -> dict[str, str]:
        words = paper_words()
        person = self._store.reading.find("person", visitor.person_id)
        birth = str(person.get("birth") or "") if person else ""
        line = visitor.card.line
        return {
            "name": visitor.name,
            "sex": words.sex.get(visitor.sex, ""),
            "born": words.day(date.fromisoformat(birth)) if birth else "",
            "address": f"{line.estate}{line.title or line.room}",
        }

    def preview(self, kind: str, visitor: Visitor | None, told: Mapping[str, str]) -> Paper:
        """The paper as it would be, with no number yet."""
        open_ = dict.fromkeys((*_ABOUT, *(one.key for one in template(kind).asks)), _OPEN)
        about = self._about(visitor) if visitor else {}
        filled_in = {name: words for name, words in {**told, **about}.items() if words}
        values = {**open_, **filled_in}
        return self._paper(kind, values, paper_words().unnumbered, self._clock.now())

    def paper(self, certificate_id: str) -> Paper:
        """The paper of a line of the register, as often as it is wanted. Raises NotFound."""
        row = self._row(certificate_id)
        said = {str(name): str(value) for name, value in (row.get("said") or {}).items()}
        made_at = parse_stamp(str(row.get("made_at")))
        return self._paper(str(row.get("kind")), said, str(row.get("number")), made_at)

    def _paper(self, kind: str, said: Mapping[str, str], number: str, at: Any) -> Paper:
        office = self._store.account.user.community_name
        values = {
            **said,
            "number": number,
            "community": office,
            "office": office,
            "day": paper_words().day(local_day(at)),
        }
        return filled(kind, template(kind), values)

    def write_word(self, path: Path, certificate_id: str) -> None:
        """The paper for a word processor. Raises OSError."""
        # Loaded when somebody writes one: the library takes its time.
        from desktop.services.dossier.word import write_word

        write_word(path, [self.paper(certificate_id)])

    def note_print(self, certificate_id: str, *, export: bool = False) -> None:
        """Write down that it left on paper or as a file."""
        how = EXPORTED if export else CERTIFIED
        self._reveals.record([("certificate", certificate_id, how)])

    def listed(self) -> list[CertificateLine]:
        """The register, the latest first."""
        rows = self._store.reading.rows("certificate")
        lines = [_line(row) for row in rows]
        return sorted(lines, key=lambda line: (line.made_at, line.number), reverse=True)

    def make_void(self, certificate_id: str, reason: str) -> str:
        """It holds no more; its number is not given again. What stood there is returned.

        Raises :class:`VoidNeedsReason`.
        """
        if not reason.strip():
            raise VoidNeedsReason
        return self._set_void(certificate_id, reason.strip())

    def make_valid(self, certificate_id: str) -> str:
        """Undo that it was made void."""
        return self._set_void(certificate_id, "")

    def _set_void(self, certificate_id: str, reason: str) -> str:
        before = str(self._row(certificate_id).get("void_reason") or "")
        edit = patch("certificate", certificate_id, {"void_reason": reason or None})
        self._store.records.write([edit])
        return before

    def _row(self, certificate_id: str) -> Record:
        row = self._store.reading.find("certificate", certificate_id)
        if row is None:
            raise NotFound(what=certificate_id)
        return row

    def _next_number(self, made: Template, window: str) -> str:
        """居证〔2026〕3-K7QD-007号: the series, the year, the window, its computer, and how many
        came before. Without a line nobody knows what another one gave: each counts its own."""
        year = local_day(self._clock.now()).year
        computer = computer_mark(self._store.account.client_id)
        start, end = f"{made.series}〔{year}〕{window}-{computer}-", "号"
        rows = self._store.reading.rows("certificate")
        used = [
            int(number.removeprefix(start).removesuffix(end))
            for number in (str(row.get("number") or "") for row in rows)
            if number.startswith(start) and number.removeprefix(start).removesuffix(end).isdigit()
        ]
        return f"{start}{max(used, default=0) + 1:03d}{end}"


def _draft_key(visitor: Visitor) -> str:
    return f"certificate:{visitor.person_id or visitor.card.line.id}"


def _line(row: Record) -> CertificateLine:
    return CertificateLine(
        id=row.id,
        number=str(row.get("number") or ""),
        kind=str(row.get("kind") or ""),
        who=mask_name(str(row.get("applicant") or "")),
        made_at=str(row.get("made_at") or ""),
        void_reason=str(row.get("void_reason") or ""),
        record=row,
    )
