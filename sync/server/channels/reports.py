"""One report of a resident, and the matter that it becomes."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection

from sync.errors import DoorstepError, NotFound, ValueRefused
from sync.i18n import N_, _
from sync.identity import derived_id, stamp
from sync.merge.values import Writer
from sync.schema import codes
from sync.schema.attachment import PART_BYTES, media_of, parts_of
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.blobs.intake import Intake
from sync.server.blobs.pictures import PictureUnreadable, rewritten
from sync.server.blobs.stores import BlobStore
from sync.server.grants import community_rows
from sync.server.locked import lock_scopes
from sync.server.office import AreaUnclear, AreaUnknown, Office, create_op, submit
from sync.server.people import Caller
from sync.server.rows import home_of, read_rows

PREFIX: Final = "channel:"
"""Logins of channels begin so: no person's does."""

MATTER: Final = "matter"
MOST_PHOTO_BYTES: Final = 5 * 1024 * 1024
_PICTURES: Final = ("image/jpeg", "image/png")
_LONGEST_TITLE: Final = 40

Source = Literal["resident_photo", "hotline", "phone", "upper", "rep_reception"]
Category = Literal[
    "env",
    "facility",
    "property",
    "fire",
    "security",
    "dispute",
    "welfare",
    "care",
    "advice",
    "emergency",
    "special",
    "other",
]


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """What a resident reported. ``id`` is the channel's own: the same id again changes nothing.

    ``area`` is the id or the name of a grid, or of a building that belongs to one; without it the
    channel's own area counts.
    """

    id: str
    text: str
    title: str = ""
    area: str = ""
    place: str = ""
    category: Category = "other"
    source: Source = "resident_photo"
    reporter: str = ""
    deadline: str = ""


class Receipt(msgspec.Struct):
    """``new`` is false where this id was reported before; ``no`` is what the resident is told."""

    id: str
    no: str
    new: bool


class Answer(msgspec.Struct):
    """How it stands; ``answer`` is what the resident was told, once there is an answer."""

    id: str
    no: str
    stage: str
    stage_text: str
    answer: str = ""
    answered_at: str = ""


class ReportRefused(DoorstepError):
    """A report that cannot become a matter: what of it has to be mended."""

    code = "report.refused"
    message = N_("The report cannot be taken: {what}.")


_LONGEST: Final = {
    "id": 100,
    "text": 5000,
    "title": 200,
    "area": 100,
    "place": 200,
    "reporter": 100,
}
_NO_TEXT: Final = N_("it has no id or no text")
_TOO_LONG: Final = N_("one of its texts is too long")
_NO_AREA: Final = N_("its area is no grid of this community, nor a building of one")
_BAD_DAY: Final = N_("its deadline is no day like 2026-06-18")
_NO_PICTURE: Final = N_("the photo is no JPEG or PNG picture")
_LARGE_PICTURE: Final = N_("the photo is larger than 5 MB")


@dataclass(frozen=True)
class Channel:
    """Where reports come from: an account without a post. ``area`` is where they go unless they
    say another one."""

    account: Any
    area: str = ""

    @property
    def community_id(self) -> str:
        """The community whose residents report by it."""
        return str(self.account.community_id)


class Channels:
    """Takes reports and tells answers."""

    def __init__(self, office: Office, blobs: BlobStore) -> None:
        self._office = office
        self._blobs = blobs

    def take(self, channel: Channel, report: Report, photo: bytes = b"") -> Receipt:
        """A matter of the report, with its photo as it looks and without where, when and with
        whose phone it was taken. Raises :class:`ReportRefused`."""
        _check(report, photo)
        photo = _as_it_looks(photo)
        matter_id = matter_of(channel, report.id)

        def take(connection: Connection) -> Receipt:
            known = _body(connection, matter_id)
            if known is not None:
                return Receipt(report.id, str(known.get("no") or ""), new=False)
            scope = self._scope(connection, channel, report)
            locked = lock_scopes(connection, {scope}, stamp(self._office.clock.now()))
            row = locked.scopes[scope].row(MATTER, matter_id)
            if row is not None:
                # Another process took it while this one waited for the lock.
                return Receipt(report.id, str(row.body.get("no") or ""), new=False)
            author = str(channel.account.id)
            writer = Writer(author, author, at=locked.at)
            ops = [
                create_op(
                    self._office.minter, MATTER, matter_id, _fields(report, author, locked.at)
                )
            ]
            if photo:
                shown = _attachment(matter_id, photo, author, locked.at)
                ops.append(create_op(self._office.minter, "attachment", shot_of(matter_id), shown))
            submit(locked, scope, ops, writer, self._office.db.epoch)
            locked.save()
            made = locked.scopes[scope].row(MATTER, matter_id)
            return Receipt(report.id, str(made.body.get("no") or "") if made else "", new=True)

        try:
            receipt = self._office.db.run(take)
        except ValueRefused as error:
            raise ReportRefused(what=error.sentence()) from None
        if photo and self._wants(shot_of(matter_id), photo):
            self._keep(channel, shot_of(matter_id), photo)
        return receipt

    def _wants(self, blob_id: str, photo: bytes) -> bool:
        """Whether this is the photo that the report came with: it may come again, another not."""
        with self._office.db.read() as connection:
            said = _body(connection, blob_id, "attachment") or {}
        return said.get("sha256") == sha256(photo).hexdigest()

    def check(self, channel: Channel, report: Report) -> None:
        """Whether it could become a matter. Raises :class:`ReportRefused`."""
        _check(report, b"")
        with self._office.db.read() as connection:
            self._scope(connection, channel, report)

    def answer(self, channel: Channel, report_id: str) -> Answer:
        """How the report stands. Raises :class:`NotFound` for an id that never came this way."""
        with self._office.db.read() as connection:
            body = _body(connection, matter_of(channel, report_id))
            if body is None:
                raise NotFound(what=report_id)
            told = body
            if body.get("duplicate_of"):
                # It is answered with the one that it is the same as.
                told = _body(connection, str(body["duplicate_of"])) or body
        stage = str(told.get("stage") or "")
        over = stage == "closed"
        return Answer(
            id=report_id,
            no=str(body.get("no") or ""),
            stage=stage,
            stage_text=_(codes.MATTER_STAGE[stage]) if stage in codes.MATTER_STAGE else stage,
            answer=str(told.get("feedback_text") or "") if over else "",
            answered_at=str(told.get("feedback_at") or "") if over else "",
        )

    def _scope(self, connection: Connection, channel: Channel, report: Report) -> str:
        wanted = report.area or channel.area
        try:
            area_id = self._office.find_area(connection, channel.community_id, wanted)
        except (AreaUnknown, AreaUnclear):
            raise ReportRefused(what=_(_NO_AREA)) from None
        area = community_rows(connection, channel.community_id, "area")[area_id]
        grid = area_id if area.get("level") == "grid" else str(area.get("grid_id") or "")
        if not grid:
            raise ReportRefused(what=_(_NO_AREA))
        return scope_name(ScopeKind.GRID, grid)

    def _keep(self, channel: Channel, blob_id: str, photo: bytes) -> None:
        """The bytes, part by part; those that are there already stay."""
        sender = Caller(channel.account, str(channel.account.id), "", "")
        intake = Intake(self._office.db, self._blobs, self._office.clock)
        for number in range(parts_of(len(photo))):
            part = photo[number * PART_BYTES : (number + 1) * PART_BYTES]
            intake.take(blob_id, number, part, sender)


def matter_of(channel: Channel, report_id: str) -> str:
    """The id of the matter that a report becomes: the same whenever and however it comes."""
    return derived_id("report", str(channel.account.id), report_id)


def shot_of(matter_id: str) -> str:
    """The id of the photo that came with a report."""
    return derived_id("report photo", matter_id)


def _check(report: Report, photo: bytes) -> None:
    if not report.id.strip() or not report.text.strip():
        raise ReportRefused(what=_(_NO_TEXT))
    if any(len(getattr(report, name)) > most for name, most in _LONGEST.items()):
        raise ReportRefused(what=_(_TOO_LONG))
    if report.deadline and not _is_day(report.deadline):
        raise ReportRefused(what=_(_BAD_DAY))
    if len(photo) > MOST_PHOTO_BYTES:
        raise ReportRefused(what=_(_LARGE_PICTURE))
    if photo and media_of(photo[:16]) not in _PICTURES:
        raise ReportRefused(what=_(_NO_PICTURE))


def _as_it_looks(photo: bytes) -> bytes:
    if not photo:
        return photo
    try:
        return rewritten(photo, media_of(photo[:16]))
    except PictureUnreadable:
        raise ReportRefused(what=_(_NO_PICTURE)) from None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fields(report: Report, author: str, at: str) -> dict[str, Any]:
    title = report.title.strip() or report.text.strip().splitlines()[0][:_LONGEST_TITLE]
    return {
        "title": title,
        "text": report.text.strip(),
        "category": report.category,
        "source": report.source,
        "urgency": "general",
        "place": report.place.strip(),
        "reporter": report.reporter.strip(),
        "deadline": report.deadline or None,
        "staff_id": author,
        "reported_at": at,
        "stage": "reported",
    }


def _attachment(matter_id: str, photo: bytes, author: str, at: str) -> dict[str, Any]:
    return {
        "about_id": matter_id,
        "staff_id": author,
        "added_at": at,
        "media": media_of(photo[:16]),
        "size": len(photo),
        "sha256": sha256(photo).hexdigest(),
        "consent": True,
    }


def _body(connection: Connection, row_id: str, type_: str = MATTER) -> dict[str, Any] | None:
    home = home_of(connection, type_, row_id)
    rows = read_rows(connection, home, [(type_, row_id)]) if home else []
    return dict(rows[0].body) if rows and not rows[0].deleted else None
