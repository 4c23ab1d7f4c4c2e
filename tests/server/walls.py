"""Something in every scope that there is, a computer of each post, and who may hold what.

The tables are the hand-book's (section 8), said by hand: no test asks the code that it is about.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from sync.identity import derived_id
from sync.merge.operation import OpKind
from sync.schema.registry import ENTITIES
from sync.server.people import revoke_device
from sync.server.snapshots import _make
from tests.support.server import COMMUNITY, Laptop, RunningServer

GRID, OTHER, DEPARTMENT, STREET = "第3网格", "第1网格", "市监局", "滨河街道"
PHOTO = b"\xff\xd8\xff\xda\0\2" + b"a door" * 40 + b"\xff\xd9"

POSTS = {
    "grid_worker": GRID,
    "grid_leader": GRID,
    "area_officer": GRID,
    "mediator": COMMUNITY,
    "desk_clerk": COMMUNITY,
    "secretary": COMMUNITY,
    "it_admin": COMMUNITY,
    "partner": DEPARTMENT,
    "street": STREET,
}
"""Each post and where it is held."""

LABELS = (
    "community",
    "grid",
    "other grid",
    "id",
    "other id",
    "care",
    "case",
    "desk",
    "unit",
    "street",
    "user",
    "other community",
    "other desk",
)
"""The scopes, as the tables call them; ``user`` is somebody else's inbox."""

_GRID = {"community": True, "grid": True, "id": True}
_OFFICE = {"community": True, "grid": True, "other grid": True, "desk": True}
MAY_HOLD = {
    "grid_worker": _GRID,
    "grid_leader": _GRID,
    "area_officer": _GRID,
    "mediator": {"community": True},
    "desk_clerk": _OFFICE,
    "secretary": {**_OFFICE, "case": True},
    "it_admin": {"community": True},
    "partner": {"unit": True},
    "street": {"street": True},
}
"""Tier 3 is held by named companions, a case by those whom it names, an inbox by its owner."""

_MANAGES = {"secretary", "it_admin"}
ASKS_FOR = {
    ("POST", "/v1/people/account"): ({"login": "", "name": ""}, _MANAGES),
    ("POST", "/v1/people/post"): (
        {"staff_id": "nobody", "post": "grid_worker", "area_id": "nowhere"},
        {"secretary"},
    ),
    ("POST", "/v1/people/end-post"): (
        {"assignment_id": "nothing", "valid_to": "2099-01-01"},
        {"secretary", "grid_leader"},  # A leader ends cover.
    ),
    ("POST", "/v1/people/code"): ({"staff_id": "nobody"}, _MANAGES),
    ("POST", "/v1/grids/regroup"): ({"households": [], "valid_from": "2099-01-01"}, _MANAGES),
    ("POST", "/v1/grids/withdraw"): ({"regrouping_id": "nothing"}, _MANAGES),
    ("POST", "/v1/import/residents/preview"): ({}, _MANAGES),
    ("POST", "/v1/import/residents/commit"): ({}, _MANAGES),
    ("POST", "/v1/import/helpers/verify"): ({}, _MANAGES),
    ("GET", "/v1/devices"): (None, _MANAGES),
    ("POST", "/v1/devices/extend"): ({"device": "nothing"}, _MANAGES),
    ("POST", "/v1/devices/resume"): ({"device": "nothing"}, _MANAGES),
    ("POST", "/v1/devices/revoke"): ({"device": "nothing"}, _MANAGES),
    ("POST", "/v1/devices/lost"): ({"device": "nothing"}, _MANAGES),
}
"""What is asked of the office, with a body that changes nothing, and the posts that may ask it."""

MARKS = {
    "grid": "走廊尽头的灯",
    "other grid": "隔壁网格的灯",
    "id": "110101194510024562",
    "other id": "110101195203057716",
    "care": "每两周复诊一次",
    "case": "漏水吵了三回",
    "desk": "窗口代办老年卡",
    "user": "看过一次电话",
    "other community": "邻社区",
    "other desk": "邻社区的窗口",
}
"""Words that stand in one scope alone."""


@dataclass
class Town:
    """The server, its scopes by label, a row and a photo in each, and the computers by post."""

    server: RunningServer
    scopes: dict[str, str]
    rows: dict[str, tuple[str, str]]
    photos: dict[str, str] = field(default_factory=dict)
    revs: dict[str, int] = field(default_factory=dict)
    laptops: dict[str, Laptop] = field(default_factory=dict)
    revoked: str = ""

    def post_of(self, laptop: Laptop) -> str:
        """Whose computer it is."""
        return next(post for post, one in self.laptops.items() if one is laptop)


def build_town(server: RunningServer) -> Town:
    """Everything, written over the wire by those who may."""
    office = server.office
    office.add_community("lin", MARKS["other community"])
    server.add_user("w3", "grid_worker", GRID)
    server.add_user("w1", "grid_worker", OTHER)
    zou = server.add_user("zou", "mediator", COMMUNITY)
    server.add_user("meng", "desk_clerk", COMMUNITY)
    server.add_user("han", "secretary", COMMUNITY)
    outside = (("department", DEPARTMENT), ("street", STREET))
    unit, street = office.add_areas(
        COMMUNITY, [{"level": level, "name": name} for level, name in outside]
    )
    office.add_user("lin", "far", "far")
    office.assign("far", "desk_clerk", "lin")
    own, other = server.grids[GRID], server.grids[OTHER]
    scopes = {
        "community": f"community:{COMMUNITY}",
        "grid": f"grid:{own}",
        "other grid": f"grid:{other}",
        "id": f"id:{own}",
        "other id": f"id:{other}",
        "care": "care3:p-grid",
        "case": "case:c1",
        "desk": f"desk:{COMMUNITY}",
        "unit": f"unit:{unit}",
        "street": f"unit:{street}",
        "user": f"user:{zou}",
        "other community": "community:lin",
        "other desk": "desk:lin",
    }
    town = Town(
        server, scopes, {"community": ("area", COMMUNITY), "other community": ("area", "lin")}
    )
    _fill(town, zou)
    for post, area in POSTS.items():
        server.add_user(post, post, area)
        town.laptops[post] = server.enroll(post)
        town.laptops[post].get("/v1/hello")
    gone = server.enroll("meng", "gone")
    revoke_device(server.database, gone.client_id, server.clock)
    town.revoked = gone.enrolled.token
    for label, scope in scopes.items():
        town.revs[label] = _make(server.database, scope).rev
    return town


def _fill(town: Town, zou: str) -> None:
    server = town.server
    w3, w1, mediator, clerk, far, han = (
        server.enroll(who) for who in ("w3", "w1", "zou", "meng", "far", "han")
    )
    digest = sha256(PHOTO).hexdigest()
    shot = {"size": len(PHOTO), "sha256": digest, "media": "image/jpeg"}
    for laptop, label, numbers in ((w3, "grid", "id"), (w1, "other grid", "other id")):
        home, person = f"h-{label[:5]}", f"p-{label[:5]}"
        _add(town, laptop, label, "household", home, contact="13800001024")
        _add(town, laptop, label, "person", person, household_id=home, name="王桂兰")
        _add(town, laptop, label, "note", f"n-{home}", household_id=home, text=MARKS[label])
        number = {"person_id": person, "household_id": home, "id_no": MARKS[numbers]}
        _add(town, laptop, numbers, "id_number", f"i-{person}", **number)
        _photo(town, laptop, label, {**shot, "about_id": home, "household_id": home})
    former = town.rows["grid"]
    _add(town, w3, "grid", "matter", "m1", household_id="h-grid", text="漏水", stage="reported")
    part = {"matter_id": "m1", "household_id": "h-grid", "unit": DEPARTMENT}
    _add(town, han, "grid", "whistle_unit", "u1", **part)
    call = {"matter_id": "m1", "household_id": "h-grid", "units": [DEPARTMENT]}
    _add(town, han, "grid", "whistle", "w1", **call)
    town.rows["grid"] = former
    town.rows["street"] = ("whistle", derived_id("referral", "w1", town.scopes["street"]))
    town.rows["unit"] = ("whistle_unit", derived_id("referral", "u1", town.scopes["unit"]))
    server.office.add_companion("w3", "p-grid")
    care = {"person_id": "p-grid", "household_id": "h-grid", "tag": "smi", "note": MARKS["care"]}
    _add(town, w3, "care", "special_care", "s1", **care)
    _add(town, mediator, "case", "mediation_case", "c1", stage="accepted", mediators=[zou])
    _add(town, mediator, "case", "case_talk", "t1", case_id="c1", text=MARKS["case"])
    _photo(town, mediator, "case", {**shot, "case_id": "c1"})
    _add(town, clerk, "desk", "service_entry", "e1", text=MARKS["desk"])
    _add(town, far, "other desk", "service_entry", "e2", text=MARKS["other desk"])
    _add(town, mediator, "user", "reveal", "r1", reason=MARKS["user"])


def _add(town: Town, laptop: Laptop, label: str, type_: str, row_id: str, **fields: object) -> None:
    scope = town.scopes[label]
    kind = OpKind.APPEND if ENTITIES[type_].append_only else OpKind.CREATE
    known = {name: value for name, value in fields.items() if name in ENTITIES[type_].fields}
    assert known.keys() == fields.keys(), (type_, fields.keys() - known.keys())
    (outcome,) = laptop.push(scope, laptop.op(scope, kind, type_, row_id, **known)).outcomes
    assert outcome.outcome == "applied", (type_, outcome.code)
    town.rows[label] = (type_, row_id)


def _photo(town: Town, laptop: Laptop, label: str, said: dict[str, object]) -> None:
    photo = f"b-{label[:5]}"
    row = town.rows[label]
    _add(town, laptop, label, "attachment", photo, **said)
    town.rows[label] = row
    town.photos[label] = photo
    answer = town.server.request("PUT", f"/v1/blobs/{photo}/0", PHOTO, laptop.enrolled.token)
    assert answer.status == 200, answer.body
