"""The server's own functions, called without HTTP: a store, some laptops, a clock one can set."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from sync.identity import Minter
from sync.merge.operation import Op, OpKind, encode_op
from sync.schema.canonical import decode_body
from sync.server import people, pulling, scopes
from sync.server.checking import check_store
from sync.server.database import Database
from sync.server.grants import remember_grants
from sync.server.incoming import IncomingPush
from sync.server.office import Office
from sync.server.people import Caller
from sync.server.tables import ACCOUNT, HELD, HISTORY, ROW, SCOPE
from sync.wire.messages import OpOutcome, PullReply, PullRequest, PushReply, ScopeCursor

COMMUNITY = "fenghe"


@dataclass
class SetClock:
    """Stands still until it is told otherwise."""

    moment: datetime = datetime(2026, 6, 18, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Bench:
    """One store with the community ``fenghe``, its grid, and whoever is enrolled in it."""

    db: Database
    office: Office
    clock: SetClock
    grid: str
    desks: dict[str, "Desk"] = field(default_factory=dict)

    @classmethod
    def make(cls, db: Database) -> "Bench":
        clock = SetClock()
        office = Office(db, clock, Minter(now=clock.now))
        office.add_community(COMMUNITY, "丰和社区")
        (grid,) = office.add_areas(COMMUNITY, [{"level": "grid", "name": "第3网格"}])
        return cls(db, office, clock, grid)

    @property
    def scope(self) -> str:
        """The scope of the grid's households."""
        return f"grid:{self.grid}"

    def worker(self, login: str = "chen") -> "Desk":
        return self.desk(login, "grid_worker", self.grid)

    def clerk(self, login: str = "meng") -> "Desk":
        return self.desk(login, "desk_clerk", COMMUNITY)

    def desk(self, login: str, post: str, area: str) -> "Desk":
        """A user with this post at an enrolled computer."""
        self.office.add_user(COMMUNITY, login, login)
        self.office.assign(login, post, area)
        return self.another_computer_of(login)

    def another_computer_of(self, login: str) -> "Desk":
        code = people.mint_code(self.db, login, self.clock).code
        enrolled = people.enroll(
            self.db, code, f"{login}'s", "", self.clock, Minter(now=self.clock.now)
        )
        return Desk(self, enrolled.token)

    def body(self, type_: str, row_id: str) -> dict[str, Any] | None:
        """A live row's body."""
        with self.db.read() as connection:
            line = connection.execute(
                select(ROW).where(ROW.c.type == type_, ROW.c.id == row_id)
            ).first()
        return decode_body(line.body) if line and not line.deleted else None

    def conflicts(self, status: str = "open") -> list[dict[str, Any]]:
        """The conflict rows in this state, oldest first."""
        with self.db.read() as connection:
            lines = connection.execute(
                select(ROW).where(ROW.c.type == "conflict").order_by(ROW.c.rev)
            ).all()
        bodies = [{"id": line.id, **decode_body(line.body)} for line in lines]
        return [body for body in bodies if body["status"] == status]

    def state(self) -> dict[str, tuple[int, str]]:
        """Head and digest of every scope."""
        with self.db.read() as connection:
            return {
                line.scope_id: (line.head, line.digest)
                for line in connection.execute(select(SCOPE))
            }

    def history(self) -> list[Any]:
        """Every line of the grid's history, in order."""
        with self.db.read() as connection:
            return list(
                connection.execute(
                    select(HISTORY)
                    .where(HISTORY.c.scope_id == self.scope)
                    .order_by(HISTORY.c.rev, HISTORY.c.n)
                )
            )

    def held_payloads(self) -> list[str]:
        """What is kept aside, whole."""
        with self.db.read() as connection:
            return list(connection.execute(select(HELD.c.payload).order_by(HELD.c.at)).scalars())

    def accounts(self) -> dict[str, str]:
        """The ids of all accounts, by login."""
        with self.db.read() as connection:
            lines = connection.execute(select(ACCOUNT.c.login, ACCOUNT.c.id)).all()
        return {line.login: line.id for line in lines}

    def refuse_lines_about(self, table: str, row_id: str) -> None:
        """Have the store refuse lines of a table, as PostgreSQL refuses what it cannot hold."""
        rule = {
            "sqlite": f"CREATE TRIGGER broken BEFORE INSERT ON {table} WHEN NEW.id = '{row_id}' "
            "BEGIN SELECT RAISE(ABORT, 'broken'); END",
            "postgresql": f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK (id <> '{row_id}')",
        }
        with self.db.write() as connection:
            connection.exec_driver_sql(rule[connection.dialect.name])

    def differences(self) -> list[str]:
        """What ``doorstep-server check`` would complain about."""
        return check_store(self.db).differences


@dataclass
class Desk:
    """One enrolled computer: it numbers its operations and remembers nothing else."""

    bench: Bench
    token: str
    next_seq: dict[str, int] = field(default_factory=dict)

    @property
    def caller(self) -> Caller:
        with self.bench.db.read() as connection:
            found = people.caller_of(connection, self.token)
        assert found is not None
        return found

    def op(self, kind: OpKind, type_: str, row_id: str, scope: str = "", **fields: Any) -> Op:
        """The next operation of a lane; each field a new value or a (base, new) pair."""
        scope = scope or self.bench.scope
        seq = self.next_seq.get(scope, 1)
        self.next_seq[scope] = seq + 1
        pairs = {
            name: pair if isinstance(pair, tuple) else (None, pair) for name, pair in fields.items()
        }
        op_id = Minter().new_id()
        return Op(op_id=op_id, seq=seq, kind=kind, type=type_, id=row_id, f=pairs)

    def create(self, type_: str, row_id: str, **fields: Any) -> OpOutcome:
        return self.send(self.op(OpKind.CREATE, type_, row_id, **fields))

    def patch(self, type_: str, row_id: str, **fields: tuple[Any, Any]) -> OpOutcome:
        return self.send(self.op(OpKind.PATCH, type_, row_id, **fields))

    def resolve(self, conflict_id: str, seen: Any, choice: Any) -> OpOutcome:
        return self.send(self.op(OpKind.RESOLVE, "conflict", conflict_id, value=(seen, choice)))

    def send(self, op: Op, scope: str = "") -> OpOutcome:
        """The outcome of one operation."""
        reply = self.push([op], scope)
        assert reply.problem == "", reply.problem
        return reply.outcomes[0]

    def push(self, ops: list[Op], scope: str = "", client: str = "") -> PushReply:
        return self.push_raw([encode_op(op) for op in ops], ops[0].seq, scope, client)

    def push_raw(
        self, raws: list[bytes], first_seq: int, scope: str = "", client: str = ""
    ) -> PushReply:
        caller = self.caller
        request = IncomingPush(
            scope=scope or self.bench.scope,
            client=client or caller.client_id,
            first_seq=first_seq,
            ops=[msgspec.Raw(raw) for raw in raws],
        )
        remember_grants(self.bench.db, caller.staff_id, self.bench.clock.now().date())
        return scopes.push(self.bench.db, request, caller, self.bench.clock)

    def pull(self, *cursors: ScopeCursor, limit: int = 5000) -> PullReply:
        caller = self.caller
        request = PullRequest(client=caller.client_id, scopes=list(cursors), limit=limit)
        return pulling.pull(self.bench.db, request, caller, self.bench.clock)
