"""A demo in a store: what ``doorstep-server init --demo`` writes."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from sync.identity import Minter
from sync.schema.canonical import decode_body, digest_text, row_mark
from sync.server import demo
from sync.server.database import create_database
from sync.server.grants import grants_of
from sync.server.office import Office
from sync.server.people import account_by_login
from sync.server.tables import ROW, SCOPE

NOW = datetime(2026, 6, 18, 2, tzinfo=UTC)


class FixedClock:
    """Ten in the morning of the sample day, in China."""

    def now(self):
        """The wall clock."""
        return NOW

    def monotonic(self):
        """Time stands still."""
        return 0.0


@pytest.fixture
def office(tmp_path):
    """The administrator's desk over an empty store."""
    db = create_database(tmp_path / "server")
    yield Office(db, FixedClock(), Minter(now=lambda: NOW))
    db.close()


def test_fenghe_in_a_store(office):
    """Counts, digests, who holds what, and the fields that the server computes."""
    community = demo.load(office, "fenghe", 1)

    with office.db.read() as connection:
        counts = dict(
            connection.execute(select(ROW.c.type, func.count()).group_by(ROW.c.type)).all()
        )
        households = {
            row_id: decode_body(body)
            for row_id, body in connection.execute(
                select(ROW.c.id, ROW.c.body).where(ROW.c.type == "household")
            )
        }
        worker = account_by_login(connection, "chenxiaohe")
        held = grants_of(connection, worker.id, date(2026, 6, 18)).scopes
        scope = f"grid:{community.grid_ids['第3网格']}"
        digest = connection.execute(
            select(SCOPE.c.digest).where(SCOPE.c.scope_id == scope)
        ).scalar_one()
        rows = connection.execute(select(ROW).where(ROW.c.scope_id == scope)).all()

    assert (counts["household"], counts["person"]) == (1286, 3910)
    assert counts["staff"] == len(community.users)
    grids = {one for one in held if one.startswith("grid:")}
    assert grids == {scope}
    assert "community:fenghe" in held
    assert any(one.startswith("care3:") for one in held)
    in_pairs = [body for body in households.values() if body.get("two_people")]
    assert 4 <= len(in_pairs) <= 6
    assert {"red", "fortnight", "yellow", "blue", "green"} <= {
        body.get("care_floor") for body in households.values()
    }
    total = sum(row_mark(row.type, row.id, row.rev, row.body_hash) for row in rows)
    assert digest == digest_text(total % (1 << 128))


def test_a_demo_of_another_name_is_refused(office):
    """Before anything is written, with the names there are."""
    with pytest.raises(demo.DemoUnknown) as refused:
        demo.load(office, "nowhere", 1)
    assert "fenghe, street" in refused.value.sentence()
    with office.db.read() as connection:
        assert connection.execute(select(func.count()).select_from(SCOPE)).scalar() == 0


def test_street_is_as_large_as_asked():
    """Rounded up to whole buildings, a grid and a worker for every four of them."""
    community = demo.street(1, date(2026, 6, 18), households=850)
    households = [row for row in community.all_rows() if row.type == "household"]
    assert len(households) == 900
    assert len(community.grid_ids) == 3
    logins = {user.login for user in community.users}
    assert {"chenxiaohe", "mengxue", "worker3"} <= logins


def test_the_years_cases_are_numbered_and_held(office):
    """Number 17 is the leak between 1602 and 1702; the mediator holds all, the worker none."""
    community = demo.load(office, "fenghe", 1)

    with office.db.read() as connection:
        bodies = [
            decode_body(body)
            for body in connection.execute(
                select(ROW.c.body).where(ROW.c.type == "mediation_case")
            ).scalars()
        ]
        held = {
            login: grants_of(
                connection, account_by_login(connection, login).id, date(2026, 6, 18)
            ).scopes
            for login in ("zoudahai", "chenxiaohe")
        }
        parties = connection.execute(
            select(ROW.c.body).where(
                ROW.c.type == "case_party", ROW.c.scope_id == f"case:{community.cases[-1]}"
            )
        ).scalars()
        names = {decode_body(body)["name"] for body in parties}
    assert {body["no"] for body in bodies} == {f"(2026)人调字第{n}号" for n in range(1, 18)}
    assert names == {"王桂兰", "李建国"}
    scopes = {f"case:{case_id}" for case_id in community.cases}
    assert scopes <= set(held["zoudahai"])
    assert not scopes & set(held["chenxiaohe"])
