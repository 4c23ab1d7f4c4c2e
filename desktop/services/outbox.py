"""What was saved here and how far it has come: the records of the sync centre, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.services.conflict_cases import Case, open_cases
from desktop.services.profiles import ProfileFolder
from desktop.services.workplace import Workplace
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, parse_stamp
from sync.merge.operation import UNFINISHED
from sync.schema import codes
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_kind
from sync.store.record import Delivery, DeliveryState, Record

_LOOKS: Final = "reveal"
_TOLD: Final = "change"
_PHOTO: Final = "attachment"
_KINDS: Final = {
    "visit": N_("Visit"),
    "note": N_("Household note"),
    "change": N_("What was changed, and by whom"),
    "oral_mediation": N_("Mediation"),
    "campaign_sheet": N_("Campaign sheet"),
    "promise": N_("Promise"),
    "matter": N_("Matter"),
    "matter_step": N_("Step of a matter"),
    "whistle": N_("Call for departments"),
    "service_case": N_("Service case"),
    "service_entry": N_("Consultation or small help"),
    "appointment": N_("Appointment"),
    "certificate": N_("Certificate"),
    "held_verdict": N_("What was made of a held entry"),
    "whistle_unit": N_("Answer of a department"),
    "mediation_case": N_("Mediation case"),
    "case_party": N_("Party of a case"),
    "case_talk": N_("Talk of a case"),
    "case_agreement": N_("Agreement of a case"),
    "case_step": N_("Step of a case"),
    "expert": N_("Expert pool"),
    "member": N_("Roster of helpers"),
    "door_check": N_("Verified at the door"),
    "household": N_("Household details"),
    "dwelling": N_("Home details"),
    "person": N_("Resident details"),
    "residency": N_("Residence"),
    "id_number": N_("ID number"),
    "special_care": N_("Care details"),
    "conflict": N_("Decision"),
    _PHOTO: N_("Photo"),
    UNFINISHED: N_("Unfinished form"),
    _LOOKS: N_("Looks at hidden values"),
}
_FORMS: Final = {
    "edit": "household",
    "photos": _PHOTO,
    "mediation": "oral_mediation",
    "sheet": "campaign_sheet",
    "correction": "visit",
    "resident": "residency",
    "case_opening": "mediation_case",
    "case_correction": "case_talk",
    "case_signing": "case_agreement",
    "case_scan": _PHOTO,
    "case_talk_files": _PHOTO,
    "case_correction_files": _PHOTO,
    "case_signing_files": _PHOTO,
    "case_scan_files": _PHOTO,
}
_REASONS: Final = {
    "not_permitted": N_("Your post does not cover this home any more. The office decides."),
    "not_your_step": N_(
        "Your post does not take this step. The grid leader or the secretary does."
    ),
    "moved_away": N_("This home moved to another grid. The office decides."),
    "elsewhere": N_("This home moved to another grid. The office decides."),
    "wrong_scope": N_("This home moved to another grid. The office decides."),
    "unknown_row": N_("The server does not know this record. The office decides."),
    "unknown_type": N_("The server is older than this app. It is kept until the server is new."),
    "incomplete": N_("It cannot be closed before the resident has an answer."),
    "value": N_("The server does not take this value. Open the record and write it anew."),
    "gone_on": N_("Somebody went on from this step before it was undone. Their step stands."),
    "unfinished": N_("Begun here before the home left this computer. The office has it."),
    "immutable": N_("This cannot be changed once it is written. The office decides."),
}
_OTHER_REASON: Final = N_("The server keeps this aside. The office looks at it; nothing is lost.")


def held_reason(code: str) -> str:
    """Why the server keeps something aside, and who settles it, in words."""
    return _(_REASONS.get(code, _OTHER_REASON))


def kind_words(type_: str) -> str:
    """What a record is called."""
    return _(_KINDS.get(type_, type_))


@dataclass(frozen=True)
class Sent:
    """One record with its latest edit. ``at`` is the server's time, empty while it waits."""

    type: str
    record_id: str
    household_id: str
    room: str
    who: str = field(repr=False)
    what: str = field(repr=False)
    saved_at: str
    at: str
    reason: str


@dataclass(frozen=True)
class Unsaved:
    """A form that was never saved, about a household that is not on this computer any more."""

    key: str
    what: str
    kept_at: str


@dataclass(frozen=True)
class Outbox:
    """Every record that was worked on here, each once, under what is to be done about it."""

    cases: tuple[Case, ...]
    held: tuple[Sent, ...]
    waiting: tuple[Sent, ...]
    delivered: tuple[Sent, ...]
    unsaved: tuple[Unsaved, ...] = ()
    photos: tuple[Sent, ...] = ()

    @property
    def needs_you(self) -> int:
        """Questions to decide, records kept aside and photos that the server did not take."""
        asked = sum(len(case.questions) for case in self.cases)
        return asked + len(self.held) + len(self.photos)


@dataclass(frozen=True)
class Part:
    """A part of the ledger on this computer: what it is called, and what it has.

    ``count`` is of households in a grid and of records elsewhere; ``behind`` of revisions that the
    server had more when it was last reached. What is not ``ready`` was never received whole.
    """

    name: str
    count: int
    behind: int
    ready: bool
    is_grid: bool = False


@dataclass(frozen=True)
class Holdings:
    """What this computer holds. ``last_sync`` is a stamp, empty before the first one.

    ``kept`` counts edits that the server has and may still lose in a restore from its backup:
    they stay here until it cannot any more.
    """

    parts: tuple[Part, ...]
    kept: int
    households: int
    residents: int
    visits: int
    notes: int
    bytes: int
    grids: tuple[str, ...]
    last_sync: str


def outbox(place: Workplace) -> Outbox:
    """The records of this computer by state; delivered ones of today only."""
    latest = _each_once(place.store.reading.deliveries())
    return Outbox(
        cases=tuple(open_cases(place)),
        held=_told(place, (one for one in latest if one.state is DeliveryState.HELD)),
        waiting=_told(place, (one for one in latest if one.state is DeliveryState.WAITING)),
        delivered=_told(place, (one for one in latest if _arrived_today(place, one))),
        unsaved=tuple(
            Unsaved(one.key, kind_words(_form_of(one.kind)), one.saved_at)
            for one in place.store.sealing.drafts()
        ),
        photos=_refused(place),
    )


def holdings(place: Workplace) -> Holdings:
    """Counts of rows, the size of the store, and whose data it is."""
    rows = place.store.reading.counts(rows=True).rows
    parts = _parts(place)
    return Holdings(
        parts=parts,
        kept=place.store.reading.kept(),
        households=rows.get("household", 0),
        residents=rows.get("person", 0),
        visits=rows.get("visit", 0),
        notes=rows.get("note", 0) + rows.get("oral_mediation", 0),
        bytes=_store_bytes(place.folder),
        grids=tuple(part.name for part in parts if part.is_grid),
        last_sync=place.store.facts.last_sync().at,
    )


_PARTS: Final = {
    ScopeKind.COMMUNITY: N_("Areas and colleagues"),
    ScopeKind.ID_NUMBERS: N_("ID numbers"),
    ScopeKind.CARE: N_("Protected care details"),
    ScopeKind.DESK: N_("Services of the front desk"),
    ScopeKind.UNIT: N_("Matters for your department"),
    ScopeKind.USER: N_("Notices for you"),
}


def _parts(place: Workplace) -> tuple[Part, ...]:
    """Each grid by its name, then one line for each other kind of scope."""
    grids: list[Part] = []
    others: dict[ScopeKind, Part] = {}
    for scope in place.store.reading.scopes():
        kind = scope_kind(scope.scope_id)
        behind, ready = max(0, scope.head - scope.cursor), scope.ready
        if kind is ScopeKind.GRID:
            homes = place.store.reading.count_in(scope.scope_id, "household")
            name = place.names.area(scope.scope_id.partition(":")[2])
            grids.append(Part(name or _("A grid without a name"), homes, behind, ready, True))
        else:
            count = place.store.reading.count_in(scope.scope_id)
            former = others.get(kind, Part(_(_PARTS.get(kind, kind.value)), 0, 0, True))
            others[kind] = replace(
                former,
                count=former.count + count,
                behind=former.behind + behind,
                ready=former.ready and ready,
            )
    order = [others[kind] for kind in _PARTS if kind in others]
    return (*sorted(grids, key=lambda part: part.name), *(part for part in order if part.count))


def _store_bytes(folder: ProfileFolder) -> int:
    """The database with what is not written back into it yet."""
    parts = (folder.store_file, folder.store_file.with_name(f"{folder.store_file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _refused(place: Workplace) -> tuple[Sent, ...]:
    """Photos that the server did not take, with the home they show a hazard of."""
    rows = place.photos.refused()
    homes = sorted({str(row.get("household_id")) for row in rows})
    lines = {line.id: line for line in place.households.lines(homes)} if homes else {}
    told = []
    for row in rows:
        line = lines.get(str(row.get("household_id")))
        told.append(
            Sent(
                type=_PHOTO,
                record_id=row.id,
                household_id=line.id if line else "",
                room=line.room if line else "",
                who=line.who if line else "",
                what=kind_words(_PHOTO),
                saved_at=str(row.get("added_at") or ""),
                at="",
                reason=_(N_("The photo did not arrive whole. It is still on this computer.")),
            )
        )
    return tuple(told)


def _form_of(kind: str) -> str:
    """The entity that a draft becomes; one of a campaign names it behind a slash."""
    plain = kind.partition("/")[0]
    return _FORMS.get(plain, plain)


def _each_once(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """One edit a record: what waits or is held outranks what arrived, else the newest.

    The history of a change goes with the records that changed; only where it is held does it
    stand alone.
    """
    rank = {DeliveryState.HELD: 2, DeliveryState.WAITING: 1}
    found: dict[tuple[str, str], Delivery] = {}
    for one in deliveries:
        if one.type == _TOLD and one.state is not DeliveryState.HELD:
            continue
        key = (one.type, "" if one.type == _LOOKS else one.row_id)
        if key not in found or rank.get(one.state, 0) > rank.get(found[key].state, 0):
            found[key] = one
    return list(found.values())


def _arrived_today(place: Workplace, one: Delivery) -> bool:
    if one.state not in (DeliveryState.DELIVERED, DeliveryState.CONFLICT) or not one.at:
        return False
    return parse_stamp(one.at).astimezone(LOCAL_ZONE).date() == place.day()


def _told(place: Workplace, deliveries: Iterable[Delivery]) -> tuple[Sent, ...]:
    """Deliveries in words. Rows are read once a kind, households once in all."""
    wanted = list(deliveries)
    ids: dict[str, list[str]] = {}
    for one in wanted:
        ids.setdefault(one.type, []).append(one.row_id)
    rows = {
        (type_, row.id): row
        for type_, found in ids.items()
        for row in place.store.reading.rows(type_, ids=found)
    }
    homes = {
        (one.type, one.row_id): _home_of(place, rows.get((one.type, one.row_id))) for one in wanted
    }
    lines = {line.id: line for line in place.households.lines(sorted(set(homes.values()) - {""}))}
    undone = {str(row.get("corrects", "")) for row in rows.values() if row.get("void")}
    told = []
    for one in wanted:
        key = (one.type, one.row_id)
        line = lines.get(homes[key])
        row = rows.get(key)
        told.append(
            Sent(
                type=one.type,
                record_id=one.row_id,
                household_id=line.id if line else "",
                room=line.room if line else str(row.get("room", "")) if row else "",
                who=line.who if line else "",
                what=_what(one.type, row, undone=one.row_id in undone),
                saved_at=one.saved_at,
                at=one.at,
                reason=held_reason(one.code) if one.code else "",
            )
        )
    return tuple(told)


def _home_of(place: Workplace, row: Record | None) -> str:
    if row is None:
        return ""
    if row.type == "dwelling":
        lives = place.store.reading.rows("household", where={"dwelling_id": row.id}, limit=1)
        return lives[0].id if lives else ""
    if row.type == "household":
        return row.id
    home: Any = row.get("household_id") or row.get("target_root", "")
    return str(home)


def _what(type_: str, row: Record | None, *, undone: bool) -> str:
    named = kind_words(type_)
    if row is None or type_ != "visit":
        return named
    if row.get("void"):
        return _("Visit taken back")
    result = str(row.get("result", ""))
    if result:
        told = _(codes.RESULT.get(result, result))
        named = _("{what}: {result}").format(what=named, result=told)
    return _("{what}, taken back").format(what=named) if undone else named
