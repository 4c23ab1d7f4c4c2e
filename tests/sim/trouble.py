"""Steps in which something goes wrong: lines, processes, clocks, posts, and what is sent."""

from datetime import timedelta
from random import Random
from typing import Any

from msgspec.json import encode
from sqlalchemy import update

from sync.merge.operation import Op, encode_op
from sync.store import generations, outbox
from sync.store.tables import OPERATION
from sync.wire.messages import PullRequest, ScopeCursor
from tests.sim.faults import Weather
from tests.sim.ground import PEOPLE
from tests.sim.laptop import SimLaptop, crash_point
from tests.sim.limits import narrow
from tests.sim.steps import change, save, some_home, somebody, visit, worker
from tests.sim.wire import Answer, Request
from tests.sim.world import World

_Broken = tuple[str, str, str, dict[str, tuple[Any, Any]]]
"""Kind, type, id and fields of an operation that no app writes."""

# --- Lines and processes -----------------------------------------------------------------------


def bad_line(world: World, chance: Random) -> str:
    """A session in bad weather."""
    laptop = somebody(world, chance)
    with narrow(chance):
        world.session(laptop, Weather(chance, chance.choice([0.1, 0.3, 0.6]), world.faults))
    return laptop.name


def killed_saving(world: World, chance: Random) -> str:
    """The app is killed while it saves: all of it is there afterwards, or nothing."""
    laptop, home = worker(world, chance), some_home(world, chance)
    edits = [change(chance, home), visit(world, chance, home)]
    died = laptop.killed_in(lambda: save(world, laptop, edits), chance.randint(1, 3))
    world.laptop_laws.after_anything(laptop)
    return f"{laptop.name} {died}"


def killed_syncing(world: World, chance: Random) -> str:
    """The app is killed at some commit of a session, now and then in bad weather."""
    laptop = somebody(world, chance)
    weather = Weather(chance, chance.choice([0, 0.2]), world.faults)
    with narrow(chance):
        died = laptop.killed_in(lambda: world.session(laptop, weather), crash_point(chance))
    world.laptop_laws.after_anything(laptop)
    return f"{laptop.name} {died}"


def server_restart(world: World, chance: Random) -> str:
    """The server's process ends and starts again."""
    world.server.restart()
    world.office_wrote()
    return ""


def sent_again(world: World, chance: Random) -> str:
    """A push of long ago arrives once more: from the app, or the very same bytes."""
    if not world.pushes:
        return "none"
    login, request = chance.choice(world.pushes)
    transport = world.laptops[login].transport
    if chance.random() < 0.5:
        answer: Answer = transport.resend(request)
    else:
        world.doubted.add(world.clients[request.token])  # Others may have come since.
        answer = transport.repeat(request)
    return f"{login} {answer.status}"


def curious(world: World, chance: Random) -> str:
    """A computer asks for everything there is."""
    laptop = somebody(world, chance)
    scopes = [ScopeCursor(scope) for scope in sorted(world.record.heads())]
    asked = encode(PullRequest(client=laptop.store.account.client_id, scopes=scopes))
    answer = laptop.transport.resend(Request("POST", "/v1/pull", asked, ""))
    return f"{laptop.name} {answer.status}"


# --- Clocks ------------------------------------------------------------------------------------


def clock_jump(world: World, chance: Random) -> str:
    """Somebody's wall clock is set wrong by up to ten years, or right again."""
    laptop = somebody(world, chance)
    days = chance.choice([0, -3650, 3650, -1, 1, chance.randint(-3650, 3650)])
    laptop.clock.wrong_by = timedelta(days=days)
    return f"{laptop.name} {days}"


def sleep(world: World, chance: Random) -> str:
    """A lid is closed for a night."""
    laptop = somebody(world, chance)
    laptop.clock.sleep(chance.choice([600, 36_000, 3 * 86_400]))
    return laptop.name


# --- Posts and accounts ------------------------------------------------------------------------


def posts_taken(world: World, chance: Random) -> str:
    """Somebody loses their posts."""
    person = chance.choice(PEOPLE)
    world.posts.hold(person, held=False)
    world.office_wrote()
    return person.login


def user_disabled(world: World, chance: Random) -> str:
    """An account is switched off."""
    person = chance.choice(PEOPLE)
    world.posts.disable(person, disabled=True)
    world.office_wrote()
    return person.login


def put_right(world: World, chance: Random) -> str:
    """Somebody gets back what they lost."""
    waiting = [person for person in PEOPLE if person.login in world.posts.without]
    if not waiting:
        return "nobody"
    person = chance.choice(waiting)
    world.posts.give_back(person)
    world.office_wrote()
    return person.login


# --- Operations that nobody should send ----------------------------------------------------------


def poison(world: World, chance: Random) -> str:
    """A broken app wrote something that no server can settle. The lane must go on."""
    laptop, home = worker(world, chance), some_home(world, chance)
    return _send(world, laptop, home.scope, _poisoned(world, chance, home.id))


def entry_rewritten(world: World, chance: Random) -> str:
    """A broken app sends a visit once more with another content."""
    laptop = somebody(world, chance)
    visits = [
        one
        for one in world.witness.saved.values()
        if one.op.type == "visit" and one.outcome == "applied"
    ]
    if not visits:
        return "none"
    entry = chance.choice(visits)
    kind = chance.choice(["append", "append", "patch", "delete"])
    fields = {} if kind == "delete" else {"note": (None, "another")}
    return _send(world, laptop, entry.scope, (kind, "visit", entry.op.id, fields))


def _send(world: World, laptop: SimLaptop, scope: str, what: _Broken) -> str:
    """Put an operation into a journal that no app would put there."""
    kind, type_, row_id, fields = what
    with laptop.store.database.writing() as connection:
        if generations.shown_copy(connection, scope) is None:
            return "no scope"
        seq = outbox.next_seq(connection, scope)
        op_id = world.minter.new_id()
        op = Op(op_id=op_id, seq=seq, kind=kind, type=type_, id=row_id, f=fields)
        raw = encode_op(op)
        outbox.save(connection, scope, op, raw, "2026-06-18T00:00:00Z")
        # Nobody sees it: the broken version alone knew how to show it.
        ours = OPERATION.c.op_id == op.op_id
        connection.execute(update(OPERATION).where(ours).values(folded=False))
        world.witness.remember(laptop.name, [(op.op_id, scope, raw.decode())])
    return f"{laptop.name} {kind} {type_}"


def _poisoned(world: World, chance: Random, home: str) -> _Broken:
    deep: Any = "x"
    for _ in range(40):
        deep = [deep]
    row_id = world.minter.new_id()
    kinds: list[tuple[str, str, dict[str, tuple[Any, Any]]]] = [
        ("explode", "person", {"name": (None, "王")}),
        ("patch", "person", {"name": (None, "王")}),
        ("patch", "visit", {"note": (None, "changed")}),
        ("create", "dwelling", {"floor": (None, "three")}),
        ("append", "visit", {"note": (None, "another")}),
        ("append", "visit", {"needs": (None, deep)}),
        ("append", "visit", {"result": (None, "nobody knows")}),
        ("append", "note", {"text": (None, "很长" * 60_000), "household_id": (None, home)}),
        ("create", "person", {"tags": (None, 7)}),
        ("create", "person", {"birth": (None, "the day before")}),
        ("create", "conflict", {"status": (None, "open")}),
        ("resolve", "conflict", {"value": (None, 1)}),
        ("delete", "person", {}),
    ]
    kind, type_, fields = chance.choice(kinds)
    return kind, type_, row_id, fields


def newer_app(world: World, chance: Random) -> str:
    """The app is replaced by a newer version while operations wait: it says hello anew."""
    laptop: SimLaptop = somebody(world, chance)
    facts = laptop.store.facts
    facts.set_grants(type(facts.grants())(facts.grants().scopes, facts.grants().grant_rev, 0))
    laptop.restart()
    return laptop.name
