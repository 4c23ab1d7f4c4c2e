"""Operations that a worker's computer sends where its owner has no business: none may take hold."""

import random
from contextlib import closing
from pathlib import Path
from typing import Any

from sync.identity import Minter
from sync.merge.operation import Op, OpKind
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES
from tests.server.bench import COMMUNITY, Bench
from tests.support.stores import empty_store

AT_ONCE = 50
POSTS = ("grid_worker", "desk_clerk", "mediator", "it_admin", "partner", "street")
_SAID = ("", "x", "王桂兰", "2026-06-18", "2026-06-18T02:00:00Z", "closed", "secretary", -1, True)


def forge_often(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """So many forged operations of six posts; told are those that were taken, or changed a scope
    that their author does not hold."""
    rng, faults, done = random.Random(seed), [], 0
    with closing(empty_store(folder / "server")) as db:
        bench = Bench.make(db)
        areas = [{"level": "grid", "name": "第1网格"}]
        (elsewhere,) = bench.office.add_areas(COMMUNITY, areas)
        owner = bench.desk("owner", "grid_worker", elsewhere)
        theirs = f"grid:{elsewhere}"
        owner.send(owner.op(OpKind.CREATE, "household", "h1", theirs, contact="1"), theirs)
        owner.send(owner.op(OpKind.CREATE, "person", "p1", theirs, name="王桂兰"), theirs)
        forgers = [
            bench.desk(post, post, bench.grid if post == "grid_worker" else COMMUNITY)
            for post in POSTS
            if post not in ("partner", "street", "desk_clerk")
        ]
        wanted = [theirs, f"id:{elsewhere}", "care3:p1", f"user:{owner.caller.staff_id}", "case:c1"]
        before = {name: mark for name, mark in bench.state().items() if name in wanted}
        while done < count:
            forger, scope = rng.choice(forgers), rng.choice(wanted)
            ops = [forged(rng, forger, scope) for _ in range(min(AT_ONCE, count - done))]
            reply = forger.push(ops, scope)
            done += len(ops)
            taken = [one.op_id for one in reply.outcomes if one.outcome != "held"]
            if taken and not scope.startswith("case:"):
                faults.append(f"{scope}: {len(taken)} operations were taken")
        after = {name: mark for name, mark in bench.state().items() if name in wanted}
        faults += [f"{name} changed" for name in before if after.get(name) != before[name]]
        faults += bench.differences()
    return {"done": done, "faults": faults}


def forged(rng: random.Random, forger: Any, scope: str) -> Op:
    """Any kind of operation on any kind of row, on one that is there or not."""
    kind = rng.choice((OpKind.CREATE, OpKind.PATCH, OpKind.APPEND, OpKind.DELETE, OpKind.RESOLVE))
    type_ = rng.choice(list(ENTITIES))
    row_id = rng.choice(("h1", "p1", Minter().new_id(), "owner"))
    names = rng.sample(list(ENTITIES[type_].fields), min(3, len(ENTITIES[type_].fields)))
    seq = forger.next_seq.get(scope, 1)
    forger.next_seq[scope] = seq + 1
    pairs = {name: (None, value_for(rng, type_, name)) for name in names}
    return Op(op_id=Minter().new_id(), seq=seq, kind=kind, type=type_, id=row_id, f=pairs)


def value_for(rng: random.Random, type_: str, name: str) -> Any:
    """What the field may hold, mostly."""
    spec = ENTITIES[type_].fields[name]
    if spec.kind is Kind.CODE and spec.choices and rng.random() < 0.9:
        return rng.choice(spec.choices)
    if spec.kind is Kind.WORDS:
        return [rng.choice(spec.choices)] if spec.choices else ["x"]
    return rng.choice(_SAID)
