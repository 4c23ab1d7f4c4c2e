"""The sync centre in words: how things stand, and every record that was worked on here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from desktop.rows import Lamp, Row, RowKind, Tone
from desktop.services.conflict_cases import Case
from desktop.services.outbox import Holdings, Outbox, Part, Sent, Unsaved
from desktop.services.syncing import SyncReport
from desktop.viewmodels.moments import day_and_time, time_of_day
from sync.errors import DoorstepError, NetworkError, ServerUnreachable
from sync.i18n import N_, _, n_
from sync.identity import Clock

ALL_SHOWN: Final = 200
"""Records of one group in the list; the rest is counted in a last line."""

_ICONS: Final = {
    "visit": "door",
    "note": "note-pencil",
    "oral_mediation": "handshake",
    "campaign_sheet": "clipboard-text",
    "promise": "note-pencil",
    "matter": "clipboard-text",
    "conflict": "git-merge",
    "reveal": "eye",
}


Fact = tuple[str, str, str]
"""An icon, a label, a value."""


@dataclass(frozen=True)
class Standing:
    """What the head of the page knows: a session under way, its last end, what waits."""

    running: bool = False
    step: str = ""
    so_far: int = 0
    in_all: int = 0
    error: DoorstepError | None = None
    last_sync: str = ""
    waiting: int = 0
    needs_you: int = 0


@dataclass(frozen=True)
class Headline:
    """Icon, title and a line below it."""

    icon: str
    tone: Tone
    title: str
    detail: str


def headline(standing: Standing, clock: Clock) -> Headline:
    """How things stand, in one title and one line. Being offline is normal."""
    if standing.running:
        step = _(standing.step or N_("Starting"))
        return Headline("arrows-clockwise", Tone.PRIMARY, _("Syncing"), step)
    if standing.error is not None and not isinstance(standing.error, ServerUnreachable):
        return _failed(standing.error)
    if standing.error is not None or not standing.last_sync:
        offline = standing.error is not None
        title = _("No network, work goes on") if offline else _("Not synced yet")
        kept = "".join(part for part in (_counts(standing), _(". "), _safe()) if part)
        return Headline("cloud-slash", Tone.NEUTRAL, title, kept if _counts(standing) else _safe())
    return _settled(standing, clock)


def _failed(error: DoorstepError) -> Headline:
    """What went wrong, in its own sentence: a login page or a certificate is no missing network."""
    if isinstance(error, NetworkError):
        title = _("The server was not reached")
        return Headline("cloud-slash", Tone.NEUTRAL, title, error.sentence())
    title = _("This sync did not end well")
    return Headline("warning-circle", Tone.WARN, title, error.sentence())


def _settled(standing: Standing, clock: Clock) -> Headline:
    """After a session that reached its end."""
    if standing.waiting or standing.needs_you:
        tone = Tone.WARN if standing.needs_you else Tone.NEUTRAL
        icon = "warning-circle" if standing.needs_you else "cloud-arrow-up"
        return Headline(icon, tone, _counts(standing), _safe())
    when = day_and_time(standing.last_sync, clock)
    said = _("Everything reached the server, {when}.").format(when=when)
    return Headline("cloud-check", Tone.OK, _("Synced"), said)


def _counts(standing: Standing) -> str:
    parts = []
    if standing.waiting:
        parts.append(
            n_("{count} waits to be sent", "{count} wait to be sent", standing.waiting).format(
                count=standing.waiting
            )
        )
    if standing.needs_you:
        parts.append(
            n_("{count} needs you", "{count} need you", standing.needs_you).format(
                count=standing.needs_you
            )
        )
    return _(", ").join(parts)


def _safe() -> str:
    return _("All of it is kept on this computer.")


def outbox_rows(outbox: Outbox, clock: Clock) -> list[Row]:
    """The list in groups, the most urgent first; empty groups are left out."""
    rows: list[Row] = []
    needs = [_case_row(case) for case in outbox.cases]
    needs += [_photo_row(one, clock) for one in outbox.photos]
    held = [_sent_row(one, clock, one.saved_at, Tone.WARN, one.reason) for one in outbox.held]
    waiting = [_sent_row(one, clock, one.saved_at) for one in outbox.waiting]
    unsaved = [_unsaved_row(one, clock) for one in outbox.unsaved]
    delivered = [_delivered_row(one, clock) for one in outbox.delivered]
    rows += _group("needs", _("Needs you"), Lamp.YELLOW, needs)
    rows += _group("held", _("Kept aside by the server"), Lamp.YELLOW, held)
    rows += _group("unsaved", _("Begun, and never saved"), Lamp.NOT_DUE, unsaved)
    rows += _group("waiting", _("Waits for the network"), Lamp.NOT_DUE, waiting)
    rows += _group("delivered", _("Delivered today"), Lamp.DONE, delivered)
    return rows


def _group(key: str, title: str, lamp: Lamp, items: Sequence[Row]) -> Iterable[Row]:
    if not items:
        return
    yield Row(
        key=f"group:{key}", title=title, kind=RowKind.GROUP, lamp=lamp, detail=str(len(items))
    )
    yield from items[:ALL_SHOWN]
    if len(items) > ALL_SHOWN:
        more = len(items) - ALL_SHOWN
        said = n_("and {count} more", "and {count} more", more).format(count=more)
        yield Row(key=f"more:{key}", title=said, kind=RowKind.GROUP)


def _case_row(case: Case) -> Row:
    others = {
        version.author
        for question in case.questions
        for version in (question.left, question.right, *question.others)
        if version.author and not version.mine
    }
    fields = _(", ").join(dict.fromkeys(question.label for question in case.questions))
    return Row(
        key=f"case:{case.key}",
        title=" ".join(part for part in (case.room, case.who, fields) if part),
        reason=_("{names} changed it too; someone has to choose").format(
            names=_(", ").join(sorted(others))
        ),
        reason_tone=Tone.WARN,
        icon="git-merge",
        icon_tone=Tone.WARN,
        action=_("Choose"),
        action_key="⏎",
    )


def _photo_row(one: Sent, clock: Clock) -> Row:
    """A photo that did not arrive: pressing it lets it wait for the network once more."""
    row = _sent_row(one, clock, one.saved_at, Tone.WARN, one.reason)
    return replace(
        row,
        key=f"photo:{one.record_id}:{one.household_id}",
        icon="camera",
        action=_(N_("Send again")),
        action_key="⏎",
    )


def _sent_row(
    one: Sent, clock: Clock, moment: str, tone: Tone = Tone.NEUTRAL, reason: str = ""
) -> Row:
    return Row(
        key=f"{one.type}:{one.record_id}:{one.household_id}",
        title=" ".join(part for part in (one.room, one.who) if part) or one.what,
        reason=reason,
        reason_tone=tone,
        detail=one.what if one.room or one.who else "",
        when=time_of_day(moment, clock),
        icon=_ICONS.get(one.type, "pencil-simple"),
        icon_tone=tone,
    )


def _unsaved_row(one: Unsaved, clock: Clock) -> Row:
    return Row(
        key=f"unsaved:{one.key}",
        title=one.what,
        reason=_("This household is not on this computer any more. What was typed is kept."),
        when=day_and_time(one.kept_at, clock),
        icon="note-pencil",
    )


def _delivered_row(one: Sent, clock: Clock) -> Row:
    arrived = _("delivered {time}").format(time=time_of_day(one.at, clock))
    return replace(_sent_row(one, clock, one.at, Tone.OK), when=arrived)


def last_session(report: SyncReport | None, last_sync: str, clock: Clock) -> list[Fact]:
    """Icon, label and value of the last session; only the time is known after a restart."""
    facts = [("clock-counter-clockwise", _("When"), day_and_time(last_sync, clock) or _("never"))]
    if report is None:
        return facts
    sent = n_("{count} record", "{count} records", report.pushed).format(count=report.pushed)
    received = n_("{count} change", "{count} changes", report.pulled).format(count=report.pulled)
    if report.clock_off:
        facts.append(("warning-circle", _("Clock of this computer"), _off(report.clock_off)))
    return [
        *facts,
        ("arrow-up", _("Sent"), sent),
        ("arrow-down", _("Received"), received),
        ("clock", _("Took"), _("{seconds} s").format(seconds=f"{report.seconds:.1f}")),
        ("cloud-arrow-up", _("Moved"), size_words(report.bytes_up + report.bytes_down)),
        ("wifi-high", _("Next time"), _("by itself, whenever there is a network")),
    ]


def _off(seconds: int) -> str:
    minutes = max(1, abs(seconds) // 60)
    if seconds > 0:
        ahead = n_("{count} minute ahead", "{count} minutes ahead", minutes)
        return ahead.format(count=minutes)
    return n_("{count} minute behind", "{count} minutes behind", minutes).format(count=minutes)


def parts_here(here: Holdings, clock: Clock) -> list[Fact]:
    """Icon, label and value of each part of the ledger: what it is, how much, and how fresh."""
    facts = [(_part_icon(part), part.name, _amount(part)) for part in here.parts]
    if here.last_sync:
        facts.append(("clock", _("As of"), day_and_time(here.last_sync, clock)))
    if here.kept:
        kept = n_("{count} edit", "{count} edits", here.kept).format(count=here.kept)
        facts.append(("shield-check", _("Kept until backed up"), kept))
    facts.append(("lock-simple", _("Encrypted file"), size_words(here.bytes)))
    return facts


def _part_icon(part: Part) -> str:
    return "house-line" if part.is_grid else "file-text"


def _amount(part: Part) -> str:
    if not part.ready:
        return _("not here yet")
    if part.is_grid:
        told = n_("{count} household", "{count} households", part.count)
    else:
        told = n_("{count} record", "{count} records", part.count)
    amount = told.format(count=f"{part.count:,}")
    if not part.behind:
        return amount
    behind = n_("{count} change to come", "{count} changes to come", part.behind)
    return _("{amount}, {behind}").format(amount=amount, behind=behind.format(count=part.behind))


def size_words(count: int) -> str:
    """A number of bytes as people read it."""
    if count < 1000:
        return _("{count} B").format(count=count)
    if count < 1_000_000:
        return _("{count} kB").format(count=f"{count / 1000:.0f}")
    return _("{count} MB").format(count=f"{count / 1_000_000:.1f}")
