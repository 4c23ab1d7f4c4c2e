"""A quarrel from the shouting to the archive: by keys at the door, and over two laptops."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.services.case_file import Party, Said, Term
from desktop.services.case_forms import AgreementForm, OpeningForm, StepForm, TalkForm
from desktop.services.case_list import TaskKind, task_of
from desktop.services.cases import Cases
from desktop.services.dossier.binding import back, cover, leaves
from desktop.services.dossier.dossiers import paper_case_of
from desktop.services.photos import Photo
from sync.identity import local_day
from sync.rules.paper_case import PaperCase
from tests.shots.windows import opened
from tests.support.laptops import TestLaptop, enrolled
from tests.support.server import RunningServer, proved_server
from tests.support.workplaces import household_id, workplace

Key = Qt.Key

SCAN = Photo(b"%PDF-1.4 signed", "application/pdf")
WANG, HE = household_id("6-2-1602"), household_id("6-2-904")


# --- At the door, by keys alone -------------------------------------------------------------------


def keys(*pressed: Qt.Key, ctrl: bool = False) -> None:
    """Press keys wherever the keyboard is."""
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in pressed:
        QTest.keyClick(QApplication.focusWidget(), key, held)
        QApplication.processEvents()


def typed(words: str) -> None:
    """Type where the keyboard is; Chinese comes in as an input method commits it."""
    target = QApplication.focusWidget()
    if words.isascii():
        QTest.keyClicks(target, words)
    else:
        target.insert(words) if hasattr(target, "insert") else target.insertPlainText(words)
    QApplication.processEvents()


def test_a_clue_in_a_visit_becomes_an_oral_mediation_in_one_flow(qapp, tmp_path):
    """Offline, by keys: from the visit to the note and back, and nothing typed is lost or typed
    twice."""
    with workplace(tmp_path) as place, opened(qapp, place, "en") as window:
        window.space.activateWindow()
        window.go(Route("visit", WANG, "met"))
        visit = window.space.page
        visit.setFocus()
        keys(Key.Key_Slash)
        typed("904 and 1602 quarrel about a leak")
        visit.setFocus()
        keys(Key.Key_M)
        note = window.space.page
        assert note.KEY == "mediation_note"
        assert note.fields.what.text() == "904 and 1602 quarrel about a leak"
        typed("6-2-904")
        keys(Key.Key_Return)
        keys(Key.Key_Tab)
        typed("7日内修好防水，赔偿吊顶费1200元。")
        keys(Key.Key_Tab, Key.Key_Space)
        keys(Key.Key_S, ctrl=True)

        assert window.space.page is visit
        keys(Key.Key_S, ctrl=True)
        (oral,) = place.store.reading.rows("oral_mediation")
        (written,) = place.store.reading.rows("visit", where={"household_id": WANG})[-1:]
        assert (oral.get("household_id"), oral.get("other_household_id")) == (WANG, HE)
        assert oral.get("done") is True
        notes = [
            row.get("note") for row in place.store.reading.rows("visit", where={"result": "met"})
        ]
        assert "904 and 1602 quarrel about a leak" in notes
        assert written is not None


# --- A file over five offline sessions on two laptops ---------------------------------------------


@pytest.fixture
def server(tmp_path, stores) -> Iterator[RunningServer]:
    """A server on either store."""
    folder = tmp_path / "server"
    with proved_server(folder, database=stores.make(folder)) as running:
        yield running


@pytest.fixture
def laptops(server, tmp_path) -> Iterator[tuple[TestLaptop, TestLaptop]]:
    """Two mediators of one community."""
    made = []
    for login in ("zoudahai", "qinlan"):
        server.add_user(login, "mediator", "fenghe", login)
        made.append(enrolled(tmp_path / login, server, login))
        made[-1].sync()
    yield made[0], made[1]
    for one in made:
        one.store.close()


def cases_of(device: TestLaptop) -> Cases:
    """What the mediator of a laptop works with."""
    return Cases(device.store, device.store.clock)


def test_a_leak_goes_from_acceptance_to_the_archive_over_five_offline_sessions(laptops):
    """Each session is written without a network, on one laptop or on both; in between they sync."""
    zou, qin = laptops
    first, second = cases_of(zou), cases_of(qin)
    today = local_day(zou.store.clock.now()).isoformat()

    # 1. Accepted, both parties told of their rights; the second mediator is brought in.
    case_id = first.open(
        OpeningForm(
            title="楼上卫生间漏水，泡了吊顶",
            dispute="02",
            origin="application",
            accepted_on=today,
            mediators=(qin.store.account.user.staff_id,),
            facts="1702室漏水，泡坏1602室吊顶。",
            parties=(
                Party("", "applicant", "王桂兰", sex="2", birth="1948-02-01"),
                Party("", "respondent", "李建国", sex="1", birth="1981-05-02"),
            ),
        )
    )
    first.step(case_id, StepForm("rights_told", today))
    for device in (zou, qin):
        device.sync()
    assert second.case(case_id).no.endswith("人调字第1号")

    # 2. Both at once, each without a network: one looks at the leak, the other hears the parties.
    first.move(case_id, "investigating")
    first.talk(case_id, TalkForm("inquiry", place="1702", text="排水接头渗漏。"), [SCAN])
    second.move(case_id, "mediating")
    second.talk(case_id, TalkForm("mediation", said=(Said("李建国", "我修。"),), result="愿意谈。"))
    for device in (zou, qin, zou, qin):
        device.sync()
    for cases in (first, second):
        file = cases.case(case_id)
        assert (file.stage, len(file.talks)) == ("mediating", 2)

    # 3. The agreement is written, printed, signed on paper and scanned in.
    term = Term("李建国修好卫生间防水", None, today)
    money = Term("赔偿吊顶费", 120000, today, "当面付清")
    draft = first.write_agreement(case_id, AgreementForm(terms=(term, money), copies=3))
    first.move(case_id, "agreed")
    first.sign(case_id, draft, today, [SCAN])
    first.move(case_id, "performing")
    zou.sync()
    qin.sync()
    assert second.case(case_id).terms == (term, money)

    # 4. The other one sees that it was done, and calls both parties back.
    second.step(case_id, StepForm("performed", today, text="闭水不漏，钱已付清。", done=True))
    task = task_of(second.case(case_id), local_day(qin.store.clock.now()))
    assert task.kind is TaskKind.CALL_BACK
    second.step(
        case_id, StepForm("called_back", today, text="未再渗水。", satisfaction=5, done=True)
    )
    qin.sync()
    zou.sync()

    # 5. What was signed is bound in, and the file is closed; what comes later stays beside it.
    for paper in ("application", "rights", "identity", "inquiry", "mediation", "follow_up"):
        first.attach(case_id, SCAN, paper=paper)
    first.archive(case_id)
    second.talk(case_id, TalkForm("call", text="李建国来电，吊顶又滴水。"))
    for device in (zou, qin, zou, qin):
        device.sync()
    for cases in (first, second):
        file = cases.case(case_id)
        assert file.stage == "archived"
        assert [talk.late for talk in file.talks] == [False, False, True]
        assert len(file.scans) == 8
    assert [device.store.reading.conflicts() for device in laptops] == [[], []]

    # The papers, as they print on the laptop that holds none of the first one's typing.
    assert_papers(paper_case_of(qin.store, second.case(case_id)))


TOLD = {
    "application": "1702室漏水，泡坏1602室吊顶。",
    "rights": "王桂兰、李建国：",
    "inquiry": "排水接头渗漏。",
    "mediation": "李建国：我修。",
    "agreement": "（人民币壹仟贰佰元整，￥1,200.00）",
    "performance": "闭水不漏，钱已付清。",
    "follow_up": "非常满意",
}
"""What stands in each printed paper."""


def assert_papers(papers: PaperCase) -> None:
    """Each paper says what was written, and the file has its number and what came after it.

    No Qt here, where a server runs beside it: that a printed page holds the text of its paper is
    told in ``tests/desktop/test_dossier_pages.py``, of every form.
    """
    bound = leaves(papers)
    texts = {leaf.key: "\n".join(paper.text() for paper in leaf.papers) for leaf in bound}
    made = {key: text for key, text in texts.items() if text}
    assert made.keys() == TOLD.keys()
    assert [key for key, words in TOLD.items() if words not in made[key]] == []
    assert "人调字第1号" in cover(papers).text()
    assert "办结后有新情况" in back(papers, 20).text()
