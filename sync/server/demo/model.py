"""What the demo is built of before it becomes rows: homes, the people in them, their story."""

from dataclasses import dataclass, field

HEAD, SPOUSE, SON, DAUGHTER, GRANDCHILD, PARENT, OTHER = "0", "1", "2", "3", "4", "5", "8"
MALE, FEMALE = "1", "2"


@dataclass
class Member:
    """Someone in a household. ``closed`` holds tier-3 tags with their risk."""

    relation: str
    sex: str
    age: int
    name: str = ""
    tags: set[str] = field(default_factory=set)
    closed: dict[str, int] = field(default_factory=dict)
    disabled_grade: int | None = None
    fully_dependent: bool = False
    pop_kind: str = "registered"
    status: str = "living"
    work: str = ""
    phone: str = ""


@dataclass(frozen=True)
class PastVisit:
    """A visit so many days before the demo's day, at a time of day in China."""

    days_ago: int
    clock: str
    result: str
    note: str = ""
    needs: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    method: str = "home"
    condition: str = ""


@dataclass(frozen=True)
class Story:
    """How a household stands on the demo's day. Without one it was seen in time.

    ``late``: days overdue, 0 for due today. ``knocks``: unanswered ones since the last contact,
    as (days ago, time). ``appointment``: a time today. ``new``: moved in so many days ago and
    not met yet. ``refused``: days ago. ``visits`` tells the whole year; ``notes`` are lines that
    belong to no visit, as (days ago, text).
    """

    late: int | None = None
    knocks: tuple[tuple[int, str], ...] = ()
    appointment: str = ""
    appointment_note: str = ""
    new: int | None = None
    refused: int | None = None
    visits: tuple[PastVisit, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()


SEEN_IN_TIME = Story()


@dataclass
class Home:
    """One household behind one door. A vacant one has no members."""

    kind: str
    members: list[Member]
    occupancy: str = "owner"
    story: Story = SEEN_IN_TIME
    door_note: str = ""
    contact_name: str = ""
    contact: str = ""
    best_time: str = ""
    # The door it shares with another household, where the home behind it was split.
    shares_door_of: str = ""
