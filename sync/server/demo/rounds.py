"""A campaign under way: a question set, the households it is asked at, the sheets so far."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Final

from sync.identity import LOCAL_ZONE, derived_id, stamp
from sync.rules.questions import ChoiceOf, Question, QuestionKind, QuestionSet, to_json
from sync.schema.policy import ScopeKind
from sync.server.demo.matter_book import MatterBook
from sync.server.demo.neighbours import Neighbour

_FORM: Final = "charging"
_ASKED_OF: Final = ("丰和苑", frozenset({9, 10}))
_DONE_SHARE: Final = 0.55


def _choices(**labels: str) -> tuple[ChoiceOf, ...]:
    return tuple(ChoiceOf(name, {"zh": label}) for name, label in labels.items())


QUESTIONS: Final = QuestionSet(
    (
        Question(
            "ebikes",
            QuestionKind.INTEGER,
            {"zh": "家里有几辆电动车？"},
            required=True,
            constraint=". >= 0 and . <= 9",
        ),
        Question(
            "place",
            QuestionKind.SELECT_ONE,
            {"zh": "现在在哪里充电？"},
            relevant="${ebikes} > 0",
            choices=_choices(shed="楼下车棚", home="拎电池上楼", work="单位"),
        ),
        Question(
            "agree",
            QuestionKind.SELECT_ONE,
            {"zh": "东侧装八个充电桩，同意吗？"},
            required=True,
            choices=_choices(yes="同意", no="不同意", later="再想想"),
        ),
        Question("words", QuestionKind.TEXT, {"zh": "还有什么想说的？"}),
    )
)
_SAID: Final = ("", "", "", "离窗户远一点。", "晚上别太吵。", "电价要公开。")


class CampaignRows:
    """Writes it into a community, by the workers of its book."""

    def __init__(self, book: MatterBook) -> None:
        self._book = book
        self._random = Random(f"{book.out.id}-campaign")

    def write(self, people: Sequence[Neighbour]) -> None:
        """The campaign, its list, and a sheet of every other household."""
        book, out = self._book, self._book.out
        campaign_id = derived_id("campaign", out.id, _FORM)
        out.add(
            ScopeKind.COMMUNITY,
            out.id,
            "campaign",
            campaign_id,
            form=_FORM,
            title="充电桩意见征求",
            version="1",
            questions=to_json(QUESTIONS),
            valid_from=(book.today - timedelta(days=6)).isoformat(),
            valid_to=(book.today + timedelta(days=8)).isoformat(),
        )
        homes = {one.household_id: one for one in people if _is_asked(one)}
        for household_id, one in homes.items():
            belongs = {"campaign_id": campaign_id, "household_id": household_id}
            book.add(one.grid, "campaign_household", f"{_FORM}-{household_id}", belongs)
            if self._random.random() < _DONE_SHARE:
                sheet = belongs | self._sheet(book.workers[one.grid])
                book.add(one.grid, "campaign_sheet", f"{_FORM}-{household_id}", sheet)

    def _sheet(self, worker: str) -> dict[str, Any]:
        day = self._book.today - timedelta(days=self._random.randint(1, 5))
        at = datetime.combine(day, time(19, self._random.randrange(0, 60, 5)), LOCAL_ZONE)
        ebikes = self._random.choice((0, 0, 1, 1, 1, 2))
        answers: dict[str, Any] = {"ebikes": ebikes}
        if ebikes:
            answers["place"] = self._random.choice(("shed", "shed", "shed", "home", "work"))
        answers["agree"] = self._random.choice(("yes", "yes", "yes", "yes", "later", "no"))
        if words := self._random.choice(_SAID):
            answers["words"] = words
        return {"staff_id": worker, "answered_at": stamp(at), "version": "1", "answers": answers}


def _is_asked(one: Neighbour) -> bool:
    estate, numbers = _ASKED_OF
    return one.place.estate.name == estate and one.place.building.number in numbers
