"""How soon a case is open in which three hundred talks were written down."""

import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.page import Route
from desktop.pages.mediation import CasePage
from desktop.services.case_file import Party, Said
from desktop.services.case_forms import OpeningForm, TalkForm
from desktop.services.workplace import Workplace
from desktop.theme.style import apply_style, dress_window
from desktop.viewmodels.case_view import open_case
from tests.bench.figures import Figure
from tests.bench.screens import SIZE, late, timed_once
from tests.support.workplaces import page_context, workplace

TALKS: Final = 300
OPENED: Final = 20
GOAL_MS: Final = 100.0
_PARTIES: Final = (
    Party("", "applicant", "王桂兰", sex="2", birth="1948-02-01", phone="13812341024"),
    Party("", "respondent", "李建国", sex="1", birth="1981-05-06"),
)


def talks(folder: Path) -> Iterator[Figure]:
    """From the wish for the case to its painted page, from its list and back again."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with workplace(folder, ("mediator",)) as place:
        case_id = _written(place)
        gc.freeze()  # As the app does once its window is open.
        opened = _opened(application, place, case_id)
        reading = [timed_once(partial(open_case, place, case_id)) for _ in range(OPENED)]
        held = len(place.cases.case(case_id).talks)
    name = f"a case of {held} talks"
    yield Figure(f"{name} opens: 95 of 100 within", late(opened) * 1000, "ms", target=GOAL_MS)
    yield Figure(f"{name} opens: reading it alone", late(reading) * 1000, "ms")


def _written(place: Workplace) -> str:
    """The case, each of its talks written as people write them."""
    form = OpeningForm(
        title="楼上卫生间漏水，泡了吊顶",
        dispute="02",
        accepted_on="2026-06-02",
        parties=_PARTIES,
    )
    case_id = place.cases.open(form)
    for at in range(TALKS):
        said = (
            Said("王桂兰", f"第{at + 1}次说：吊顶泡坏了，要求修好漏水并赔偿。"),
            Said("李建国", "我修，赔多少可以商量。"),
        )
        talk = TalkForm(
            kind="mediation",
            held_at=f"2026-06-{at % 15 + 3:02}T{at // 15 % 12:02}:{at % 60:02}:00Z",
            place="社区调解室",
            present=("王桂兰", "李建国"),
            said=said,
            result="约好下次再谈。",
        )
        place.cases.talk(case_id, talk)
    return case_id


def _opened(application: QApplication, place: Workplace, case_id: str) -> list[float]:
    context = page_context(place)
    apply_style(application, context.look)
    window = QMainWindow()
    dress_window(window, context.look)
    page = CasePage(context)
    window.setCentralWidget(page)
    window.resize(*SIZE)
    window.show()
    application.processEvents()

    def open_it() -> None:
        page.enter(Route("case", case_id))
        application.processEvents()
        window.repaint()

    seconds = [timed_once(open_it) for _ in range(OPENED + 1)]
    window.close()
    return seconds[1:]  # The first one also builds what is shown of any.
