"""A leak from the floor above, from acceptance to the archive: two mediators, each at a window of
their own, by keys alone, over five sessions without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt

from desktop.jobs.job import Job
from desktop.pages.dossier import DossierPage
from desktop.pages.mediation import CasePage
from desktop.pages.today import TodayPage
from desktop.services.case_file import CaseFile
from desktop.services.profiles import Connection, ProfileFolder
from desktop.services.workplace import Workplace, workplace_on
from sync.errors import ServerUnreachable
from sync.i18n import _
from sync.schema import codes
from tests.desktop.test_dossier_pages import pdf_scan
from tests.shots.windows import BORN, Opened, opened
from tests.support.keyboard import Keyboard
from tests.support.laptops import TickingClock, enrolled
from tests.support.server import RunningServer, proved_server

Key = Qt.Key


@pytest.fixture
def clock() -> TickingClock:
    """The one clock of this story: nine in the morning of 2 June, in China."""
    return TickingClock(datetime(2026, 6, 2, 1, tzinfo=UTC))


@pytest.fixture
def laptops(tmp_path, clock) -> Iterator[tuple[Workplace, Workplace]]:
    """Two mediators of one community, synced once."""
    with proved_server(tmp_path / "server", clock) as server:
        made = [_laptop(tmp_path, server, *one) for one in (("zou", "邹大海"), ("qin", "秦岚"))]
        for one in made:
            one.syncing.run()
        yield made[0], made[1]
        for one in made:
            one.close()


def _laptop(folder: Path, server: RunningServer, login: str, name: str) -> Workplace:
    server.add_user(login, "mediator", "fenghe", name)
    profile = ProfileFolder(login, folder / login)
    store = enrolled(profile.path, server, login, server.clock).store
    profile.remember(Connection(server.base_url))
    return workplace_on(profile, store, server.clock)


class Cable:
    """The network of one computer: nothing goes through it by itself, a sync by hand does."""

    plugged = False

    def start(self, job: Job) -> None:
        """Run a session at once, or let it fail as it does without a network."""
        if self.plugged:
            job.run()
            return
        job.failed.emit(ServerUnreachable())
        job.settled.emit()


class Session(Keyboard):
    """Somebody at work at a window, without a network until they sync."""

    def __init__(self, window: Opened, cable: Cable) -> None:
        super().__init__(window)
        self._cable = cable

    def sync(self) -> None:
        """Ctrl R where there is a network; it is gone again afterwards."""
        self.come_back()
        self._cable.plugged = True
        self.press(Key.Key_R, ctrl=True)
        self._cable.plugged = False


@contextmanager
def sitting_at(qapp, place: Workplace) -> Iterator[Session]:
    """One session: the window opens at the cases, and closes again."""
    cable = Cable()
    with opened(qapp, place, "zh_CN", net=cable) as window:
        window.wear(BORN)
        keys = Session(window, cable)
        keys.press(Key.Key_1, alt=True)
        yield keys
        window.space.leave()


def on(clock: TickingClock, month: int, day: int, hour: int = 1) -> str:
    """Move the clock to a day; its text as it is typed."""
    clock.moment = datetime(2026, month, day, hour, tzinfo=UTC)
    return f"{month}-{day}"


def case_of(place: Workplace) -> CaseFile:
    """The one case on a laptop."""
    (line,) = place.case_list.lines()
    return place.cases.case(line.id)


def accept(keys: Keyboard, day: str) -> None:
    """A new case from nothing, both parties told of their rights, a colleague invited."""
    keys.press(Key.Key_N)
    keys.fill_in(
        {
            "title": "楼上卫生间漏水，泡了吊顶",
            "dispute": "02",
            "origin": "application",
            "facts": "1702室卫生间漏水，泡坏1602室吊顶，多次上门没有修好。",
            "demands": "修好漏水\n赔偿吊顶费1500元",
            "scale": "01",
            "accepted_on": day,
            "1.name": "王桂兰",
            "1.sex": "2",
            "1.birth": "1948-02-01",
            "1.nation": "汉族",
            "1.occupation": "退休教师",
            "1.phone": "13812341024",
            "1.address": "丰和苑6号楼2单元1602",
            "2.name": "李建国",
            "2.sex": "1",
            "2.birth": "1981-05-02",
            "2.nation": "汉族",
            "2.occupation": "货车司机",
            "2.phone": "13900005530",
            "2.address": "丰和苑6号楼2单元1702",
        }
    )
    keys.save()
    keys.choose_way(_(codes.CASE_STEP["rights_told"]))
    keys.fill_in({"done_on": day})
    keys.save()
    keys.choose_way(_("Mediators and invited"))
    keys.press(Key.Key_F, ctrl=True)
    keys.write("秦岚")
    keys.press(Key.Key_Tab)
    while not keys.page.rows.hasFocus():
        keys.press(Key.Key_Tab)
    keys.press(Key.Key_Return, Key.Key_Escape)


def inquire(keys: Keyboard) -> None:
    """Look at the leak, and write down who said what."""
    keys.press(Key.Key_Return, Key.Key_G, Key.Key_W)
    keys.fill_in(
        {
            "kind": "inquiry",
            "place": "6号楼2单元1702",
            "present": "李建国、张玉珍",
            "said_1": "搬来以后接头没有换过。",
            "result": "排水接头老化渗漏，楼下吊顶约2平方米发霉。",
        }
    )
    keys.save()


def hear_both(keys: Keyboard) -> None:
    """The talk is written where the talks are read, one stage further than the colleague knows."""
    keys.press(Key.Key_Return, Key.Key_G, Key.Key_G, Key.Key_R)
    page = keys.page
    assert isinstance(page, CasePage)
    keys.write("王桂兰：要求修好漏水并赔偿。\n李建国：我修，赔多少可以商量。\n双方愿意谈。")
    keys.reach(page.entry.kind)
    keys.press(Key.Key_Right, Key.Key_Space)
    keys.press(Key.Key_S, ctrl=True)
    assert page.entry.note.text() == ""


def agree(keys: Keyboard) -> None:
    """Two terms, each with its day; then the stage."""
    keys.press(Key.Key_A)
    keys.fill_in(
        {
            "1.text": "李建国修好卫生间防水，并做闭水试验",
            "1.due_on": "6-18",
            "1.way": "自行维修",
            "2.text": "李建国赔偿王桂兰吊顶费",
            "2.amount": "1200元",
            "2.due_on": "6-18",
            "2.way": "当面付清",
            "kind": "agreement",
            "points": "赔偿数额\n维修期限",
            "copies": "3",
        }
    )
    keys.save()
    keys.press(Key.Key_G)


def sign(keys: Keyboard, day: str, scan: Path) -> None:
    """Printed, signed on paper, scanned in: from then on the text is locked."""
    keys.press(Key.Key_S)
    keys.fill_in({"signed_on": day})
    keys.press(Key.Key_P, alt=True)
    keys.choose_file(scan)
    keys.save()
    keys.press(Key.Key_G)


def attach(keys: Keyboard, paper: str, scan: Path) -> None:
    """One scan of a paper."""
    keys.press(Key.Key_P)
    keys.fill_in({"paper": paper})
    keys.press(Key.Key_P, alt=True)
    keys.choose_file(scan)
    keys.save()


def keep_as_pdf(keys: Keyboard, file: Path) -> dict[str, tuple[int, int]]:
    """Go to the papers, keep them all as a PDF and come back; the first page of each paper and the
    one after its last."""
    keys.press(Key.Key_P, ctrl=True)
    page = keys.page
    assert isinstance(page, DossierPage)
    keys.press(Key.Key_E)
    keys.choose_file(file)
    assert page._opened is not None
    starts = dict(page._opened.bound.starts)
    ends = [*list(starts.values())[1:], len(page._opened.bound.sheets)]
    keys.press(Key.Key_Escape)
    return {key: (first, end) for (key, first), end in zip(starts.items(), ends, strict=True)}


def words_of(file: Path) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text().replace("\n", "") for page in PdfReader(file).pages]


TOLD = {
    "cover": "人调字第1号",
    "application": "1702室卫生间漏水，泡坏1602室吊顶",
    "rights": "王桂兰、李建国",
    "inquiry": "排水接头老化渗漏",
    "mediation": "我修，赔多少可以商量",
    "agreement": "人民币壹仟贰佰元整",
    "performance": "闭水不漏，钱已付清",
    "follow_up": "非常满意",
}
"""What stands in each printed paper."""
SCANNED = ("application", "rights", "identity", "inquiry", "mediation", "follow_up")


def agree_and_sign(keys: Session, clock: TickingClock, scan: Path, unsigned: Path) -> None:
    """The third session: written, printed, signed on paper and scanned in."""
    day = on(clock, 6, 11)
    keys.press(Key.Key_Return)
    agree(keys)
    keep_as_pdf(keys, unsigned)
    sign(keys, day, scan)


def perform_and_call_back(keys: Session, clock: TickingClock) -> None:
    """The fourth: it was done, and a week later the call-back stands on Today."""
    day = on(clock, 6, 15)
    keys.press(Key.Key_Return, Key.Key_G)
    keys.fill_in({"done_on": day, "done": "yes", "text": "闭水不漏，钱已付清。"})
    keys.save()
    day = on(clock, 6, 22)
    keys.press(Key.Key_2, alt=True)
    assert isinstance(keys.page, TodayPage)
    keys.press(Key.Key_Return, Key.Key_G)
    keys.fill_in({"done_on": day, "satisfaction": "5", "text": "未再渗水，见面能打招呼。"})
    keys.save()


def archive(keys: Session, place: Workplace, scan: Path) -> None:
    """The fifth: refused while papers are missing; what was signed is bound in, and it closes."""
    keys.press(Key.Key_Return, Key.Key_G)
    assert case_of(place).stage == "follow_up"
    for paper in SCANNED:
        attach(keys, paper, scan)
    keys.press(Key.Key_G)
    assert case_of(place).stage == "archived"


def write_late(keys: Session) -> None:
    """The other one, who does not know that it was closed."""
    keys.press(Key.Key_Return, Key.Key_R)
    keys.write("李建国来电，吊顶又滴水。")
    keys.press(Key.Key_S, ctrl=True)


def assert_same(laptops: tuple[Workplace, Workplace]) -> None:
    """Both hold the whole file, closed, with what came after it."""
    for place in laptops:
        file = case_of(place)
        assert (file.stage, len(file.scans)) == ("archived", 1 + len(SCANNED))
        assert [talk.late for talk in file.talks] == [False, False, True]
        assert place.store.reading.conflicts() == []


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_leak_goes_from_acceptance_to_the_archive(qapp, laptops, clock, tmp_path):
    """Each session is written without a network; in between both press Ctrl R."""
    zou, qin = laptops
    scan, unsigned, file = (tmp_path / f"{name}.pdf" for name in ("scan", "unsigned", "file"))
    scan.write_bytes(pdf_scan(1))

    with sitting_at(qapp, zou) as keys:
        accept(keys, on(clock, 6, 2))
        assert case_of(zou).no == ""
        keys.sync()
    with sitting_at(qapp, qin) as keys:
        keys.sync()
        assert case_of(qin).no.endswith("人调字第1号")
        on(clock, 6, 9)
        hear_both(keys)
        with sitting_at(qapp, zou) as others:  # At the same time, one stage behind.
            inquire(others)
            others.sync()
        keys.sync()
    with sitting_at(qapp, zou) as keys:
        keys.sync()
        assert [case_of(one).stage for one in laptops] == ["mediating"] * 2
        assert [len(case_of(one).talks) for one in laptops] == [2, 2]
        agree_and_sign(keys, clock, scan, unsigned)
        keys.sync()
    with sitting_at(qapp, qin) as keys:
        keys.sync()
        assert [term.amount for term in case_of(qin).terms] == [None, 120000]
        perform_and_call_back(keys, clock)
        keys.sync()
    with sitting_at(qapp, zou) as keys:
        keys.sync()
        archive(keys, zou, scan)
        starts = keep_as_pdf(keys, file)
        with sitting_at(qapp, qin) as others:
            write_late(others)
            keys.sync()
            others.sync()
        keys.sync()
    assert_same(laptops)

    pages = words_of(file)
    printed = {key: "".join(pages[first:end]) for key, (first, end) in starts.items()}
    assert [key for key, words in TOLD.items() if words not in printed[key]] == []
    assert "(2026)人调字第1号" in "".join(words_of(unsigned))
