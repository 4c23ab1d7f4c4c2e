"""Mediation cases: a scope that begins with its case, held by those whom the case names."""

import pytest

from sync.identity import Minter, local_day
from sync.merge.operation import OpKind
from sync.server.checking import check_store
from sync.server.grants import grants_of
from sync.wire.messages import ScopeCursor
from tests.server.bench import COMMUNITY, Desk


@pytest.fixture
def office(bench):
    """A mediator, another one, a worker and the secretary, each at a computer."""
    made = {
        name: bench.desk(name, post, bench.grid if post == "grid_worker" else COMMUNITY)
        for name, post in (
            ("zou", "mediator"),
            ("qin", "mediator"),
            ("chen", "grid_worker"),
            ("han", "secretary"),
        )
    }
    return bench, made


def held(bench, login):
    """The cases that somebody may hold now."""
    with bench.db.read() as connection:
        today = local_day(bench.clock.now())
        scopes = grants_of(connection, bench.accounts()[login], today).scopes
    return {scope for scope in scopes if scope.startswith("case:")}


def opening(desk: Desk, scope: str, **fields):
    """The operation that makes the case of a scope."""
    return desk.op(OpKind.CREATE, "mediation_case", scope.partition(":")[2], scope, **fields)


def begin(desk: Desk, **fields):
    """Open a case; its scope and the outcome."""
    scope = f"case:{Minter().new_id()}"
    return scope, desk.send(opening(desk, scope, **fields), scope)


def test_a_case_belongs_to_those_whom_it_names(office):
    """And to the secretary, who sees the whole community; the worker of the grid does not."""
    bench, desks = office
    mine = bench.accounts()["zou"]
    scope, outcome = begin(desks["zou"], stage="accepted", mediators=[mine], opened_by=mine)

    assert outcome.outcome == "applied"
    assert held(bench, "zou") == held(bench, "han") == {scope}
    assert held(bench, "qin") == held(bench, "chen") == set()
    assert desks["qin"].pull(ScopeCursor(scope)).scopes[0].problem == "revoked"


def test_who_is_invited_holds_the_case_until_they_are_named_no_more(office):
    """What is taken away is asked for in vain from then on."""
    bench, desks = office
    mine, guest = bench.accounts()["zou"], bench.accounts()["qin"]
    scope, _ = begin(desks["zou"], stage="accepted", mediators=[mine])
    case = scope.partition(":")[2]

    patch = desks["zou"].op(OpKind.PATCH, "mediation_case", case, scope, invited=([], [guest]))
    desks["zou"].send(patch, scope)
    assert held(bench, "qin") == {scope}
    assert [row[0] for row in desks["qin"].pull(ScopeCursor(scope)).scopes[0].rows] == [
        "mediation_case"
    ]
    back = desks["zou"].op(OpKind.PATCH, "mediation_case", case, scope, invited=([guest], []))
    desks["zou"].send(back, scope)

    assert held(bench, "qin") == set()


def test_a_clue_stays_with_who_opened_it_until_it_is_accepted(office):
    """A worker hears of a quarrel, writes it down and hands it on: then it is not theirs."""
    bench, desks = office
    people = bench.accounts()
    scope, _ = begin(
        desks["chen"], stage="clue", mediators=[people["zou"]], opened_by=people["chen"]
    )
    case = scope.partition(":")[2]
    party = desks["chen"].op(
        OpKind.CREATE, "case_party", "p1", scope, case_id=case, side="applicant"
    )

    assert desks["chen"].send(party, scope).outcome == "applied"
    assert held(bench, "chen") == held(bench, "zou") == {scope}
    accept = desks["zou"].op(
        OpKind.PATCH, "mediation_case", case, scope, stage=("clue", "accepted")
    )
    desks["zou"].send(accept, scope)
    late = desks["chen"].op(OpKind.PATCH, "case_party", "p1", scope, name=(None, "李四"))

    assert held(bench, "chen") == set()
    assert desks["chen"].send(late, scope).code == "not_permitted"


def test_numbers_have_no_gaps_and_come_with_acceptance(office):
    """A clue and a declined one have none; an operation that fails uses none up."""
    bench, desks = office
    mine = bench.accounts()["zou"]
    clue, _ = begin(desks["zou"], stage="clue", mediators=[mine], opened_by=mine)
    scopes = [begin(desks["zou"], stage="accepted", mediators=[mine])[0] for _ in range(3)]
    case = clue.partition(":")[2]
    step = desks["zou"].op(OpKind.PATCH, "mediation_case", case, clue, stage=("clue", "accepted"))
    assert "no" not in bench.body("mediation_case", case)

    desks["zou"].send(step, clue)

    year = bench.clock.now().year
    told = [bench.body("mediation_case", one.partition(":")[2])["no"] for one in (*scopes, clue)]
    assert told == [f"({year})人调字第{number}号" for number in (1, 2, 3, 4)]


def test_a_number_that_a_device_writes_is_ignored(office):
    """Numbers come from the server alone."""
    bench, desks = office
    mine = bench.accounts()["zou"]
    scope, _ = begin(desks["zou"], stage="accepted", mediators=[mine], no="(2026)人调字第900号")

    assert bench.body("mediation_case", scope.partition(":")[2])["no"].endswith("第1号")


def test_nobody_begins_a_scope_that_is_no_case(office):
    """Neither with another row nor under another name, nor with a post that opens none."""
    bench, desks = office
    administrator = bench.desk("it", "it_admin", COMMUNITY)
    scope = "case:of-nobody"
    party = desks["zou"].op(OpKind.CREATE, "case_party", "p1", scope, case_id="of-nobody")
    other = desks["zou"].op(OpKind.CREATE, "mediation_case", "another", scope, stage="clue")

    outcomes = desks["zou"].push([party, other], scope).outcomes

    assert [one.code for one in outcomes] == ["not_permitted", "not_permitted"]
    assert administrator.send(opening(administrator, scope), scope).code == "not_permitted"
    assert scope not in bench.state()


def test_a_lost_reply_to_the_first_push_begins_nothing_twice(office):
    """The same bytes again: the same outcome, one number, no difference."""
    bench, desks = office
    mine = bench.accounts()["zou"]
    scope = f"case:{Minter().new_id()}"
    op = opening(desks["zou"], scope, stage="accepted", mediators=[mine])

    first = desks["zou"].send(op, scope)
    state = bench.state()
    again = desks["zou"].send(op, scope)

    assert again == first
    assert bench.state() == state
    assert check_store(bench.db).differences == []


def test_only_people_of_the_community_are_let_in_by_name(office):
    """An office next door keeps its own cases."""
    bench, desks = office
    bench.office.add_community("elsewhere", "邻村")
    stranger = bench.office.add_user("elsewhere", "stranger", "外人")
    bench.office.assign("stranger", "mediator", "elsewhere")
    begin(desks["zou"], stage="accepted", mediators=[bench.accounts()["zou"], stranger])

    assert held(bench, "stranger") == set()


@pytest.mark.parametrize(
    "post", ["it_admin", "desk_clerk", "grid_leader", "area_officer", "grid_worker"]
)
def test_no_other_post_holds_or_is_sent_a_case(office, post):
    """What is not named in it is not on their computer: nothing to hide there, nothing to leak."""
    bench, desks = office
    other = bench.desk("other", post, bench.grid if "grid" in post or "area" in post else COMMUNITY)
    mine = bench.accounts()["zou"]
    scope, _ = begin(desks["zou"], stage="accepted", mediators=[mine], violence_risk=True)
    party = desks["zou"].op(
        OpKind.CREATE,
        "case_party",
        Minter().new_id(),
        scope,
        case_id=scope.partition(":")[2],
        name="周小宝",
    )
    assert desks["zou"].send(party, scope).outcome == "applied"

    assert held(bench, "other") == set()
    answer = other.pull(ScopeCursor(scope)).scopes[0]
    assert (answer.problem, list(answer.rows)) == ("revoked", [])
