"""Every route × post × scope, asked over HTTP: what a post may not see is answered like nothing."""

import json
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection

import msgspec
import pytest
from fastapi import APIRouter

from sync.errors import Bug
from sync.server import access
from sync.server import app as server_app
from sync.server.access import OPEN, ROUTES, By
from sync.store import vault
from sync.wire.messages import (
    BlobStates,
    HeldReply,
    Hello,
    LeaseReply,
    LiveReply,
    LiveRequest,
    PullRequest,
    ScopeCursor,
)
from tests.server.walls import ASKS_FOR, LABELS, MARKS, MAY_HOLD, PHOTO, POSTS, build_town
from tests.support.laptops import PASSWORD, TickingClock
from tests.support.laptops import laptop as real_laptop
from tests.support.pages import residues
from tests.support.server import running_server


class RoomyClock(TickingClock):
    """So many computers enrol from one address: each look is a minute later."""

    def monotonic(self):
        self.moment += timedelta(minutes=1)
        return super().monotonic()


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """One server with something in every scope, and a computer of each post."""
    with running_server(tmp_path_factory.mktemp("walls"), RoomyClock()) as server:
        yield build_town(server)


def same(one, other):
    """Two refusals that nobody can tell apart."""
    return (one.status, one.body) == (other.status, other.body)


# --- One probe for each route: does this computer see the scope? ---------------------------------


def pull(town, laptop, label):
    pages = laptop.pull(ScopeCursor(town.scopes[label]), ScopeCursor("grid:nowhere")).scopes
    if pages[0].problem:
        blank = [(page.problem, page.rows, page.head, page.digest) for page in pages]
        assert blank[0] == blank[1] == ("revoked", [], 0, "")
        return False
    return True


def by_scope(path):
    def probe(town, laptop, label):
        asked = {"scope": town.scopes[label], "buckets": [1]}
        answer = post(laptop, path, asked)
        if answer.status != 200:
            assert same(answer, post(laptop, path, {"scope": "grid:nowhere", "buckets": [1]}))
            assert answer.status == 404
        return answer.status == 200

    return probe


def snapshot(town, laptop, label):
    scope = town.scopes[label].replace(":", "%3A")
    answer = laptop.get(f"/v1/snapshot/{scope}/{town.revs[label]}/0")
    if answer.status != 200:
        assert same(answer, laptop.get("/v1/snapshot/grid%3Anowhere/1/0"))
    return answer.status == 200


def history(town, laptop, label):
    type_, row_id = town.rows[label]
    answer = laptop.get(f"/v1/history/{type_}/{row_id}")
    if answer.status != 200:
        assert same(answer, laptop.get(f"/v1/history/{type_}/nothing"))
        assert answer.status == 404
    return answer.status == 200


def blob(method, tail):
    def probe(town, laptop, label):
        photo = town.photos.get(label)
        if photo is None:
            return MAY_HOLD[town.post_of(laptop)].get(label, False)  # No photos live there.
        body = PHOTO if method == "PUT" else None
        token = laptop.enrolled.token
        answer = town.server.request(method, f"/v1/blobs/{photo}{tail}", body, token)
        if answer.status != 200:
            other = town.server.request(method, f"/v1/blobs/nothing{tail}", body, token)
            assert same(answer, other)
            assert answer.status == 404
        return answer.status == 200

    return probe


def live_post(town, laptop, label):
    asked = LiveRequest(heads={town.scopes[label]: 0}, wait_s=0.0)
    told = laptop.post("/v1/live", asked).read_as(LiveReply)
    return town.scopes[label] in told.heads


def live_get(town, laptop, label):
    """The stream begins with every head that its reader holds."""
    first = laptop.post("/v1/live", LiveRequest(wait_s=0.0)).read_as(LiveReply)
    with closing(HTTPConnection("127.0.0.1", town.server.port, timeout=30)) as connection:
        bearer = {"Authorization": f"Bearer {laptop.enrolled.token}"}
        connection.request("GET", "/v1/live", headers=bearer)
        stream = connection.getresponse()
        told = set()
        while len(told) < len(first.heads):
            line = stream.readline()
            if line.startswith(b"data:"):
                told.add(json.loads(line[5:])["scope"])
    return town.scopes[label] in told


def hello(town, laptop, label):
    return town.scopes[label] in laptop.get("/v1/hello").read_as(Hello).grants


PROBES = {
    ("GET", "/v1/hello"): hello,
    ("POST", "/v1/pull"): pull,
    ("GET", "/v1/snapshot/{scope_id}/{rev}/{number}"): snapshot,
    ("POST", "/v1/audit"): by_scope("/v1/audit"),
    ("POST", "/v1/fetch"): by_scope("/v1/fetch"),
    ("POST", "/v1/live"): live_post,
    ("GET", "/v1/live"): live_get,
    ("POST", "/v1/blobs/{blob_id}"): blob("POST", ""),
    ("PUT", "/v1/blobs/{blob_id}/{number}"): blob("PUT", "/0"),
    ("GET", "/v1/blobs/{blob_id}/{number}"): blob("GET", "/0"),
    ("GET", "/v1/history/{type_}/{row_id}"): history,
}
"""What reads. The others are asked below, each by what it may do."""

ELSEWHERE = {
    ("GET", "/health"): "tells its epoch, and nobody's name",
    ("GET", "/metrics"): "counts only, to this machine alone (test_metrics.py)",
    ("POST", "/v1/enroll"): "a code, tests/server/test_wire.py",
    ("POST", "/v1/lease"): "test_a_lease_is_one_computers_own_and_only_the_lost_hand_in",
    ("POST", "/v1/hand-in"): "test_a_lease_is_one_computers_own_and_only_the_lost_hand_in",
    ("POST", "/v1/device-key"): "a computer's own, tests/server/test_signatures.py",
    ("POST", "/v1/token"): "a computer's own, tests/server/test_signatures.py",
    ("POST", "/v1/push"): "every operation, tests/server/test_rights.py",
    ("POST", "/v1/blob-states"): "test_what_is_ones_own_is_asked_for_by_oneself",
    ("POST", "/v1/purged"): "test_what_is_ones_own_is_asked_for_by_oneself",
    ("GET", "/v1/held"): "test_what_is_ones_own_is_asked_for_by_oneself",
    ("POST", "/v1/audit-events"): "test_what_is_ones_own_is_asked_for_by_oneself",
    ("POST", "/v1/device-state"): "one's own, tests/server/test_devices.py",
    **{
        key: "test_what_a_post_has_no_power_over_is_refused_by_every_route"
        for key, by in ROUTES.items()
        if by is By.POWER
    },
    ("POST", "/v1/reports"): "channels alone, tests/server/test_channels.py",
    ("GET", "/v1/reports/{report_id}"): "channels alone, tests/server/test_channels.py",
    ("GET", "/v1/reports/openapi.json"): "describes, and tells nothing of anybody",
    ("GET", "/v1/updates/{channel}/{platform}"): "programs, tests/desktop/services/test_updates.py",
    ("GET", "/v1/updates/{channel}/{platform}/{start}"): "their bytes, the same",
    ("POST", "/v1/courier"): "a sealed request under its own token, tests/engine/test_courier.py",
}


def post(laptop, path, message):
    body = msgspec.json.encode(message)
    return laptop.server.request("POST", path, body, laptop.enrolled.token)


def test_every_route_has_its_line_and_its_test():
    """A new route stands in the table before the server starts, and here before this passes."""
    assert set(PROBES) | set(ELSEWHERE) == set(ROUTES)
    assert not set(PROBES) & set(ELSEWHERE)


@pytest.mark.parametrize("route", PROBES, ids=" ".join)
@pytest.mark.parametrize("who", POSTS)
def test_a_post_sees_its_scopes_by_every_route_and_no_other(town, route, who):
    """The hand-book's table of roles, said by hand in ``walls.py``."""
    seen = {label: PROBES[route](town, town.laptops[who], label) for label in LABELS}
    assert seen == {label: MAY_HOLD[who].get(label, False) for label in LABELS}


@pytest.mark.parametrize("route", [key for key, by in ROUTES.items() if by not in OPEN])
def test_no_route_answers_without_a_token_or_with_a_revoked_one(town, route):
    """The same for all: signed out, whatever it is that was asked for."""
    method, path = route
    names = {
        "scope_id": town.scopes["grid"],
        "rev": 1,
        "number": 0,
        "blob_id": "b",
        "type_": "note",
        "report_id": "r",
        "kind": "people",
        "act": "revoke",
        "mode": "preview",
    }
    asked = path.format(**names, row_id="n")
    for token in ("", "no-token", town.revoked):
        answer = town.server.request(method, asked, b"{}", token)
        assert (answer.status, answer.read_as(dict)["code"]) == (401, "auth.signed_out")


def test_every_route_of_a_power_is_asked_for():
    """One that is new stands in the table of ``walls.py`` before this passes."""
    asked = {(method, _pattern(path)) for method, path in ASKS_FOR}
    assert asked == {key for key, by in ROUTES.items() if by is By.POWER}


def _pattern(path):
    """A path as the table of routes names it."""
    _, version, first, *rest = path.split("/")
    named = {"import": ["{kind}", "{mode}"], "devices": ["{act}"][: len(rest)]}
    return "/".join(["", version, first, *named.get(first, rest)])


@pytest.mark.parametrize("who", POSTS)
def test_what_a_post_has_no_power_over_is_refused_by_every_route(town, who):
    """Over HTTP, whatever is asked for; and whoever may ask gets as far as the question itself."""
    answers = {
        (method, path): town.server.request(
            method,
            path,
            None if asked is None else msgspec.json.encode(asked),
            town.laptops[who].enrolled.token,
        )
        for (method, path), (asked, _posts) in ASKS_FOR.items()
    }
    refused = {
        key
        for key, answer in answers.items()
        if answer.status == 403 and answer.read_as(dict)["code"] == "auth.not_permitted"
    }
    assert refused == {key for key, (_asked, posts) in ASKS_FOR.items() if who not in posts}


@pytest.mark.parametrize("who", POSTS)
def test_what_is_ones_own_is_asked_for_by_oneself(town, who):
    """What is kept aside elsewhere, others' photos, others' lanes: nothing of it is told."""
    laptop = town.laptops[who]
    told = laptop.get("/v1/held").read_as(HeldReply)
    may = {town.scopes[label] for label in MAY_HOLD[who]}
    assert all(item.scope in may for item in told.items)
    photos = list(town.photos.values())
    states = post(laptop, "/v1/blob-states", {"ids": photos}).read_as(BlobStates)
    assert (states.durable, states.lost) == ([], [])
    other = next(one for name, one in town.laptops.items() if name != who)
    for answer in (
        laptop.get("/v1/reports/r"),
        post(laptop, "/v1/reports", {"id": "r", "text": "x"}),
    ):
        assert (answer.status, answer.read_as(dict)["code"]) == (403, "auth.not_permitted")
    request = PullRequest(client=other.client_id, scopes=[])
    assert laptop.post("/v1/pull", request).status == 403
    assert post(laptop, "/v1/purged", {"scopes": {town.scopes["other grid"]: 0}}).status == 200
    assert pull(town, other, "user") is False


def test_a_lease_is_one_computers_own_and_only_the_lost_hand_in(town):
    """Each post's computer is lent a part of its own, and none that works hands in."""
    lent = [one.post("/v1/lease", LeaseReply(b"", 0)) for one in town.laptops.values()]
    secrets = {answer.read_as(LeaseReply).secret for answer in lent}
    assert len(secrets) == len(town.laptops)
    for laptop in town.laptops.values():
        asked = laptop.push_request(town.scopes["other grid"])
        assert laptop.post("/v1/hand-in", asked).status == 401


@pytest.mark.parametrize("who", POSTS)
def test_what_a_post_may_not_see_is_not_on_its_computer(town, who, tmp_path):
    """Every page of the store, after a whole sync: the words that stand in one scope alone."""
    with real_laptop(tmp_path / "one", town.server, who) as made:
        made.sync()
        made.store.database.close()
        folder = made.store.database._folder
        found = residues(folder, vault.unlock(folder, PASSWORD), list(MARKS.values()))
    there = {label for label, words in MARKS.items() if any(words in line for line in found)}
    assert there == {label for label in MARKS if MAY_HOLD[who].get(label, False)}


@pytest.mark.parametrize("planted", ["no line", "no token", "no route"])
def test_a_route_that_is_not_in_the_table_never_starts(planted, town, monkeypatch):
    """Somebody adds one and forgets the table, or its token; or leaves a line of one that went."""
    stray = APIRouter()
    stray.get("/v1/everything")(lambda: None)
    if planted != "no route":
        monkeypatch.setattr(server_app, "courier_router", stray)
    lines = dict(ROUTES)
    if planted == "no token":
        del lines["POST", "/v1/courier"]
        lines["GET", "/v1/everything"] = By.SCOPE
    if planted == "no route":
        lines["GET", "/v1/gone"] = By.SCOPE
    monkeypatch.setattr(access, "ROUTES", lines)
    with pytest.raises(Bug):
        server_app.make_app(town.server.database)
