"""Residents report by an API, a folder or the hotline's table; the answer goes the same way."""

import base64
import json
from datetime import UTC, datetime
from io import BytesIO

import msgspec
import pytest
from PIL import Image
from sqlalchemy import select
from xlsxwriter import Workbook

from sync.merge.operation import OpKind
from sync.schema.canonical import decode_body
from sync.server.blobs.stores import FolderStore
from sync.server.channels.api import MOST_REPORT_BYTES, openapi
from sync.server.channels.folder import WatchedFolder
from sync.server.channels.hotline import take_orders
from sync.server.channels.reports import PREFIX, Channel, Channels
from sync.server.deps import REPORT_TRIES
from sync.server.people import account_by_login, enroll, mint_code
from sync.server.tables import ROW
from tests.support.laptops import TickingClock
from tests.support.server import COMMUNITY


def _picture():
    """A dark stair, as the server writes pictures."""
    made = BytesIO()
    Image.new("RGB", (30, 20), (20, 20, 40)).save(made, "PNG")
    return made.getvalue()


PNG = _picture()
LATER = TickingClock(datetime(2100, 1, 1, tzinfo=UTC))
"""For whom what was just written is an old file."""

LAMP = {"id": "sui-1", "text": "6号楼2单元四层楼道灯不亮", "area": "第3网格", "place": "6号楼2单元"}

ORDERS = (
    ("工单编号", "标题", "诉求内容", "所属网格", "地址", "诉求人", "截止日期"),
    ("H1", "下水返味", "院里下水返味", "第1网格", "平安巷", "马先生", "2026-12-04"),
    ("H2", "", "路灯不亮", "第9网格", "", "", ""),
    ("", "", "没有编号", "第1网格", "", "", ""),
    ("H4", "", "电梯异响", "第1网格", "", "", "后天"),
)


@pytest.fixture
def line(server):
    """A channel's token, and the same channel as the server's own commands know it."""
    server.office.add_user(COMMUNITY, PREFIX + "sui", "随手拍")
    code = mint_code(server.database, PREFIX + "sui", server.clock).code
    office = server.office
    token = enroll(server.database, code, "sui", "", server.clock, office.minter).token
    with server.database.read() as connection:
        account = account_by_login(connection, PREFIX + "sui")
    return token, Channel(account)


@pytest.fixture
def channels(server, tmp_path):
    """The use cases without HTTP, beside the same photos."""
    return Channels(server.office, FolderStore(tmp_path / "server" / "blobs"))


def send(server, token, report):
    body = report if isinstance(report, bytes) else json.dumps(report).encode()
    return server.request("POST", "/v1/reports", body, token)


def rows(server, type_="matter"):
    with server.database.read() as connection:
        lines = connection.execute(select(ROW).where(ROW.c.type == type_)).all()
    return [decode_body(one.body) | {"id": one.id, "scope": one.scope_id} for one in lines]


def settle(server, matter):
    """The office's whole way with it, up to the answer."""
    server.add_user("han", "secretary", COMMUNITY)
    desk, scope = server.enroll("han"), matter["scope"]
    steps = ("accepted", "processing", "finished", "verified", "feedback", "closed")
    answer = {
        "feedback_to": "反映人",
        "feedback_at": "2026-11-21T02:00:00Z",
        "feedback_by": "phone",
        "feedback_text": "灯换好了。",
        "satisfaction": 4,
    }
    before, ops = "reported", []
    for after in steps:
        told = answer if after == "closed" else {}
        ops.append(
            desk.op(scope, OpKind.PATCH, "matter", matter["id"], stage=(before, after), **told)
        )
        before = after
    assert {one.outcome for one in desk.push(scope, *ops).outcomes} == {"applied"}


def test_a_report_becomes_a_matter_with_its_number_its_limit_and_its_photo(server, line, tmp_path):
    """Once: the channel may send it as often as it likes, its photo too."""
    token, _channel = line
    report = LAMP | {"photo": base64.b64encode(PNG).decode(), "reporter": "许女士"}
    first, again = (send(server, token, report) for _ in range(2))
    assert (first.status, again.status) == (200, 200), first.body
    told = first.read_as(dict)
    assert (told["id"], told["new"], again.read_as(dict)) == ("sui-1", True, told | {"new": False})

    (matter,) = rows(server)
    assert (matter["source"], matter["stage"], matter["no"]) == (
        "resident_photo",
        "reported",
        told["no"],
    )
    assert all(matter[name] for name in ("due_accept", "due_finish", "amber_finish"))
    (photo,) = rows(server, "attachment")
    assert (photo["about_id"], photo["ready"], photo["media"]) == (matter["id"], True, "image/png")
    server.add_user("chen", "grid_worker", "第3网格")
    worker = server.enroll("chen")
    assert ("matter", matter["id"]) in worker.rows(matter["scope"])
    assert worker.get(f"/v1/blobs/{photo['id']}/0").body == PNG


def test_the_answer_is_asked_for_by_the_channels_own_id(server, line):
    """Nothing before it is closed, then the words that were told; never who was told."""
    token, _channel = line
    send(server, token, LAMP | {"reporter": "许女士"})
    before = server.request("GET", "/v1/reports/sui-1", token=token).read_as(dict)
    assert (before["stage"], before.get("answer", "")) == ("reported", "")
    settle(server, rows(server)[0])
    after = server.request("GET", "/v1/reports/sui-1", token=token)
    assert after.read_as(dict)["answer"] == "灯换好了。"
    assert "许女士".encode() not in after.body
    assert "反映人".encode() not in after.body


def test_an_opinion_told_to_a_deputy_is_a_matter_like_any_other_and_is_answered(server, line):
    """开门纳谏: beside the photos in one list, told apart by its source; the speaker hears back."""
    token, _channel = line
    send(server, token, LAMP)
    heard = LAMP | {"id": "npc-7", "source": "rep_reception", "reporter": "许女士"}
    told = send(server, token, heard).read_as(dict)
    by_source = {one["source"]: one for one in rows(server)}
    assert set(by_source) == {"resident_photo", "rep_reception"}
    opinion = by_source["rep_reception"]
    assert (opinion["no"], opinion["stage"], opinion["reporter"]) == (
        told["no"],
        "reported",
        "许女士",
    )
    assert opinion["due_accept"]
    assert opinion["scope"] == by_source["resident_photo"]["scope"]
    settle(server, opinion)
    answer = server.request("GET", "/v1/reports/npc-7", token=token).read_as(dict)
    assert (answer["stage"], answer["answer"]) == ("closed", "灯换好了。")


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"area": "第9网格"}, 422, "report.refused"),
        ({"area": ""}, 422, "report.refused"),
        ({"text": " "}, 422, "report.refused"),
        ({"text": "灯" * 5001}, 422, "report.refused"),
        ({"deadline": "明天"}, 422, "report.refused"),
        ({"photo": base64.b64encode(b"<svg>" * 9).decode()}, 422, "report.refused"),
        ({"photo": base64.b64encode(b"%PDF-1.7 " * 9).decode()}, 422, "report.refused"),
        ({"photo": "not base64"}, 400, "request.unreadable"),
        ({"category": "gossip"}, 400, "request.unreadable"),
        ({"source": "desk"}, 400, "request.unreadable"),
        ({"stage": "closed"}, 400, "request.unreadable"),
    ],
)
def test_what_is_no_report_becomes_nothing(server, line, wrong, status, code):
    """And the answer does not repeat what was sent."""
    answer = send(server, line[0], LAMP | wrong)
    assert (answer.status, answer.read_as(dict)["code"]) == (status, code)
    assert LAMP["text"].encode() not in answer.body
    assert rows(server) == []


def test_a_photo_is_bounded_and_so_is_the_whole(server, line):
    """5 MB of picture, and a body that is counted while it comes in."""
    large = base64.b64encode(PNG + b"\0" * 5 * 1024 * 1024).decode()
    assert send(server, line[0], LAMP | {"photo": large}).status == 422
    assert send(server, line[0], b" " * (MOST_REPORT_BYTES + 1)).status == 413
    assert rows(server) == []


def test_a_channel_is_answered_so_often_a_minute(server, line):
    """Then it is told to wait; a person's computer is not held up by it."""
    told = {send(server, line[0], b"{").status for _ in range(REPORT_TRIES)}
    assert told == {400}
    late = send(server, line[0], LAMP)
    assert (late.status, late.headers["retry-after"]) == (429, "60")


def test_a_channel_sees_nothing_but_its_own(server, line):
    """No scope, no record, not another channel's report under the same id."""
    token, _channel = line
    send(server, token, LAMP)
    server.office.add_user(COMMUNITY, PREFIX + "mini", "小程序")
    code = mint_code(server.database, PREFIX + "mini", server.clock).code
    other = enroll(server.database, code, "m", "", server.clock, server.office.minter).token
    assert server.request("GET", "/v1/reports/sui-1", token=other).status == 404
    (matter,) = rows(server)
    assert server.request("GET", f"/v1/history/matter/{matter['id']}", token=token).status == 404
    hello = server.request("GET", "/v1/hello", token=token).read_as(dict)
    assert hello["grants"] == []


def test_a_folder_gives_matters_and_gets_answers(server, line, channels, tmp_path):
    """Reports come as files and go to done or refused; looking again does nothing twice."""
    folder = tmp_path / "sui"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.json").write_text(json.dumps(LAMP | {"photo": "a.png"}))
    (folder / "in" / "a.png").write_bytes(PNG)
    (folder / "in" / "b.json").write_text("{")
    (folder / "in" / "c.json").write_text(json.dumps(LAMP | {"id": "c", "photo": "../a.png"}))
    (folder / "in" / "d.json").write_text(json.dumps(LAMP | {"id": "d", "area": "第9网格"}))
    assert WatchedFolder(folder, channels, line[1]).look().taken == 0, "it may be half written"
    assert len(list((folder / "in").iterdir())) == 5
    watched = WatchedFolder(folder, channels, line[1], clock=LATER)

    first = watched.look()
    assert (first.taken, first.known, first.refused, first.answered) == (1, 0, 3, 0)
    assert sorted(one.name for one in (folder / "done").iterdir()) == ["a.json", "a.png"]
    reasons = sorted(one.name for one in (folder / "refused").glob("*.txt"))
    assert reasons == ["b.txt", "c.txt", "d.txt"]
    assert rows(server, "attachment")[0]["ready"] is True

    # The same report once more, as after a look that was cut short.
    (folder / "in" / "a.json").write_text(json.dumps(LAMP))
    assert (watched.look().known, len(rows(server))) == (1, 1)
    settle(server, rows(server)[0])
    assert (watched.look().answered, watched.look().answered) == (1, 0)
    told = (folder / "answers" / "a.txt").read_text(encoding="utf-8")
    assert told == f"{rows(server)[0]['no']}: 灯换好了。\n"


def test_orders_of_the_hotline_come_from_a_table(server, line, channels, tmp_path):
    """Each row a matter with its day; a row with a mistake is told by its cell, and the others
    stand."""
    file = tmp_path / "orders.xlsx"
    with Workbook(file) as book:
        sheet = book.add_worksheet("工单")
        for number, row in enumerate(ORDERS):
            sheet.write_row(number, 0, row)

    preview = take_orders(channels, line[1], file, preview=True)
    assert rows(server) == []
    done = take_orders(channels, line[1], file)
    again = take_orders(channels, line[1], file)

    cells = sorted((one.sheet, one.row, one.column) for one in done.problems)
    assert cells == [("工单", 3, "D"), ("工单", 4, "A"), ("工单", 5, "G")]
    assert [one.row for one in preview.problems] == [one.row for one in done.problems]
    assert (done.new, again.new, again.known) == (1, 0, 1)
    (matter,) = rows(server)
    assert (matter["source"], matter["title"], matter["deadline"]) == (
        "hotline",
        "下水返味",
        "2026-12-04",
    )
    assert "马先生" not in str(done.problems)


def test_the_description_is_open_and_names_what_the_routes_do(server):
    """OpenAPI of the very shapes; nobody needs a token to read it."""
    answer = server.request("GET", "/v1/reports/openapi.json")
    document = answer.read_as(dict)
    assert document == msgspec.json.decode(msgspec.json.encode(openapi()))
    assert set(document["paths"]) == {"/v1/reports", "/v1/reports/{report_id}"}
    posted = document["components"]["schemas"]["Posted"]["properties"]
    assert {"id", "text", "area", "photo", "category", "source"} <= set(posted)
