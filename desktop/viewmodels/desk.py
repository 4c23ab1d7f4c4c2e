"""What the front desk shows: who was found, who stands there, the case, and its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from desktop.rows import Tag
from desktop.services.appointments import NewAppointment
from desktop.services.desk import Visitor
from desktop.services.desk_cases import CaseLine, NewCase
from desktop.services.desk_drafts import DeskDraft
from desktop.services.desk_owners import Owner
from desktop.services.service_catalogue import ServiceCatalogue, ServiceItem
from desktop.viewmodels.day_input import coming_day
from desktop.viewmodels.desk_lists import person_words
from desktop.viewmodels.door_tags import list_chips
from sync.i18n import N_, _, n_
from sync.identity import Clock, local_day, parse_stamp
from sync.rules.reason import clock_text, day_text, light
from sync.schema import codes


@dataclass(frozen=True)
class DeskForm:
    """A case on its way: whom it is for, what for, with which papers. ``books``: an hour is
    wanted and nothing is received yet; ``day`` and ``hour`` as they were typed. ``walk_in_id``
    keeps the drafts of those apart who are not in the ledger."""

    visitor: Visitor | None = field(default=None, repr=False)
    walk_in: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    item: str = ""
    got: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    owner_id: str = ""
    books: bool = False
    day: str = ""
    hour: str = ""
    walk_in_id: str = ""

    @property
    def applicant(self) -> str:
        """For whom it is."""
        return self.visitor.name if self.visitor else self.walk_in

    def choose(self, item: ServiceItem) -> "DeskForm":
        """Another service: the papers begin anew, none is held to be there."""
        return self if item.key == self.item else replace(self, item=item.key, got=())

    def told(self) -> NewCase:
        """The case as the services take it."""
        visitor = self.visitor
        return NewCase(
            item=self.item,
            got=self.got,
            text=self.text,
            person_id=visitor.person_id if visitor else "",
            household_id=visitor.card.line.id if visitor else "",
            applicant=self.applicant,
            phone=self._phone,
            owner_id=self.owner_id,
            at_the_door=bool(visitor and self.owner_id and self.owner_id == visitor.worker_id),
            walk_in_id=self.walk_in_id,
        )

    def appointment(self, today: date) -> NewAppointment:
        """The hour as the services take it."""
        visitor, day = self.visitor, coming_day(self.day, today)
        return NewAppointment(
            day=day.isoformat() if day else "",
            hour=self.hour,
            applicant=self.applicant,
            phone=self._phone,
            item=self.item,
            text=self.text,
            person_id=visitor.person_id if visitor else "",
            household_id=visitor.card.line.id if visitor else "",
            walk_in_id=self.walk_in_id,
        )

    @property
    def _phone(self) -> str:
        return self.visitor.card.contact if self.visitor else self.phone

    def draft(self) -> DeskDraft:
        """What is kept of it until it is saved."""
        visitor = self.visitor
        person = (visitor.person_id or visitor.card.line.id) if visitor else ""
        return DeskDraft(
            person=person,
            walk_in_id=self.walk_in_id,
            walk_in=self.walk_in,
            phone=self.phone,
            item=self.item,
            got=self.got,
            text=self.text,
            owner_id=self.owner_id,
            day=self.day,
            hour=self.hour,
            books=self.books,
        )

    @classmethod
    def from_draft(cls, kept: DeskDraft, visitor: Visitor | None) -> "DeskForm":
        """The form as it was left."""
        return cls(
            visitor=visitor,
            walk_in=kept.walk_in,
            phone=kept.phone,
            item=kept.item,
            got=kept.got,
            text=kept.text,
            owner_id=kept.owner_id,
            books=kept.books,
            day=kept.day,
            hour=kept.hour,
            walk_in_id=kept.walk_in_id,
        )


def owner_words(owner: Owner) -> tuple[str, str]:
    """Who a case can be handed to; what brings them in and what they have in hand."""
    return _owner_name(owner), _owner_note(owner)


def _owner_name(owner: Owner) -> str:
    return _(N_("{name} (me)")).format(name=owner.name) if owner.is_me else owner.name


def _owner_note(owner: Owner) -> str:
    in_hand = n_("{count} in hand", "{count} in hand", owner.in_hand).format(count=owner.in_hand)
    if owner.at_the_door:
        return _(N_("their grid worker")) + " · " + in_hand
    if owner.is_me:
        return in_hand
    return _(codes.POST.get(owner.post, owner.post)) + " · " + in_hand


def due_words(due: str, item: ServiceItem, today: date) -> str:
    """Until when they have an answer, and how many working days that is."""
    day = day_text(date.fromisoformat(due), today)
    if not item.limit_days:
        return _(N_("Answered at once"))
    return n_(
        "Answer by {day} ({count} working day, holidays counted out)",
        "Answer by {day} ({count} working days, holidays counted out)",
        item.limit_days,
    ).format(day=day, count=item.limit_days)


def visitor_about(visitor: Visitor) -> str:
    """Sex, age, door and phone in one line."""
    line = visitor.card.line
    who = person_words(visitor.sex, visitor.age)
    return " · ".join(part for part in (who, line.title or line.room, visitor.phone) if part)


def visitor_tags(visitor: Visitor) -> tuple[Tag, ...]:
    """Care of tiers 1 and 2: the case was opened."""
    return list_chips(visitor.card.line.tags, two_people=visitor.card.line.two_people)


def by_the_way(visitor: Visitor, today: date) -> tuple[str, ...]:
    """What can be done since they stand here: count as met, tell what was promised."""
    told: list[str] = []
    due = visitor.card.due
    if due is not None:
        state = light(due, today)
        if state.lamp.value in ("red", "yellow"):
            words = _(N_("Not met yet this time: {words}"))
            told.append(words.format(words=state.words))
    told += [
        _(N_("Promised: {what}. Tell them how far it is.")).format(what=what)
        for what in visitor.promises
    ]
    told += [_(N_("Solved: {what}. Tell them.")).format(what=what) for what in visitor.answers]
    return tuple(told)


def near_them(visitor: Visitor) -> str:
    """Who looks after them: the grid worker, the steward of the building."""
    parts = (
        _(N_("grid worker {name}")).format(name=visitor.worker) if visitor.worker else "",
        _(N_("steward {name}")).format(name=visitor.steward) if visitor.steward else "",
    )
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Receipt:
    """What the resident takes home. ``lines`` are label and value."""

    office: str
    number: str
    lines: tuple[tuple[str, str], ...] = field(repr=False)
    foot: str = field(repr=False)
    words: str = field(repr=False)


def receipt_of(
    line: CaseLine, services: ServiceCatalogue, office: str, staff: str, worker: str, clock: Clock
) -> Receipt:
    """The receipt of a case, and the sentence to copy for the resident."""
    row, today = line.record, local_day(clock.now())
    window = _(N_("window {number}")).format(number=row.get("window") or "1")
    received = parse_stamp(str(row.get("received_at")))
    missing = [services.material(key) for key in row.get("missing") or ()]
    got = len(row.get("got") or ())
    name = str(row.get("applicant") or "")
    due = day_text(date.fromisoformat(line.due), today)
    lines = [
        (_(N_("For whom")), name),
        (_(N_("Service")), line.item.words),
        (_(N_("Received on")), f"{day_text(local_day(received), today)} {clock_text(received)}"),
        (_(N_("Received by")), f"{staff} · {window}"),
        (_(N_("Answer by")), due),
        (_(N_("Papers received")), n_("{count} paper", "{count} papers", got).format(count=got)),
    ]
    if missing:
        lines.append((_(N_("Papers missing")), _(", ").join(missing)))
    foot = _(N_("To ask how far it is, bring this receipt to the desk."))
    if worker:
        foot += " " + _(N_("Or ask {worker}.")).format(worker=worker)
    number = line.receipt or _(N_("number to come"))
    return Receipt(office, number, tuple(lines), foot, _sentence(line, missing, name, due))


def _sentence(line: CaseLine, missing: Sequence[str], name: str, due: str) -> str:
    said = {"name": name, "item": line.item.words, "due": due, "receipt": line.receipt or "—"}
    if missing:
        return _(
            N_("{name}, {item}: received. Still missing: {papers}. Receipt {receipt}.")
        ).format(papers=_(", ").join(missing), **said)
    return _(
        N_("{name}, {item}: received. You have an answer by {due}. Receipt {receipt}.")
    ).format(**said)


def receipt_html(receipt: Receipt) -> str:
    """The receipt as it is printed, 80 mm or A5 wide."""
    rows = "".join(
        f"<tr><td>{_escaped(label)}</td><td align='right'>{_escaped(value)}</td></tr>"
        for label, value in receipt.lines
    )
    return (
        f"<center><b>{_escaped(receipt.office)}</b><br>{_(N_('Receipt'))}"
        f"<h1>{_escaped(receipt.number)}</h1></center><hr>"
        f"<table width='100%' cellpadding='3'>{rows}</table><hr>"
        f"<center>{_escaped(receipt.foot)}</center>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
