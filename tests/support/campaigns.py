"""A campaign about gas in the homes of a workplace, as the office sends it."""

from collections.abc import Iterable
from typing import Any, Final

from desktop.services.workplace import Workplace
from sync.identity import derived_id
from sync.rules.questions import ChoiceOf, Question, QuestionKind, QuestionSet, to_json
from sync.schema.canonical import DIGEST_MODULUS, digest_text
from tests.support.feed import Feed
from tests.support.workplaces import COMMUNITY, GRID

CAMPAIGN: Final = "campaign gas"
YES_NO: Final = (
    ChoiceOf("yes", {"zh": "有", "en": "Yes"}),
    ChoiceOf("no", {"zh": "没有", "en": "No"}),
)
FUELS: Final = (
    ChoiceOf("pipe", {"zh": "管道燃气", "en": "Piped gas"}),
    ChoiceOf("bottle", {"zh": "液化气钢瓶", "en": "Gas bottle"}),
    ChoiceOf("none", {"zh": "不用燃气", "en": "None"}),
)
RISKS: Final = (
    ChoiceOf("hose", {"zh": "软管老化", "en": "Old hose"}),
    ChoiceOf("vent", {"zh": "烟道不通", "en": "Blocked flue"}),
    ChoiceOf("alarm", {"zh": "没装报警器", "en": "No alarm"}),
)


def _one(name: str, kind: QuestionKind, zh: str, en: str, **more: Any) -> Question:
    return Question(name, kind, {"zh": zh, "en": en}, **more)


QUESTIONS: Final = QuestionSet(
    (
        _one(
            "fuel",
            QuestionKind.SELECT_ONE,
            "家里用什么燃气",
            "Which gas is used",
            required=True,
            choices=FUELS,
        ),
        _one(
            "age",
            QuestionKind.INTEGER,
            "软管用了几年",
            "How old is the hose",
            relevant="${fuel} = 'pipe' or ${fuel} = 'bottle'",
            required=True,
            constraint=". >= 0 and . <= 30",
            constraint_message={"zh": "写0到30的整年数", "en": "Between 0 and 30 years"},
        ),
        _one(
            "risks",
            QuestionKind.SELECT_MULTIPLE,
            "看到哪些问题",
            "What was seen",
            hint={"zh": "可以多选，没有就不选", "en": "Several, or none"},
            relevant="${fuel} = 'pipe' or ${fuel} = 'bottle'",
            choices=RISKS,
        ),
        _one(
            "day",
            QuestionKind.DATE,
            "上次安检是哪天",
            "Day of the last check",
            relevant="${fuel} = 'pipe'",
            constraint=". <= today()",
        ),
        _one("alone", QuestionKind.SELECT_ONE, "家里有没有灶具自动熄火", "Cut-off", choices=YES_NO),
        _one("note", QuestionKind.TEXT, "还有什么要说的", "Anything else"),
    )
)


def send_campaign(
    place: Workplace, homes: Iterable[str], questions: QuestionSet = QUESTIONS
) -> None:
    """The campaign and its list, as one sync brings them."""
    community = news(place, COMMUNITY)
    community.put(
        "campaign",
        CAMPAIGN,
        form="gas",
        title="燃气安全排查",
        version="1",
        questions=to_json(questions),
        valid_from="2026-06-15",
        valid_to="2026-06-30",
    )
    grid = news(place, GRID)
    for home in homes:
        row_id = derived_id("campaign_household", CAMPAIGN, home)
        grid.put("campaign_household", row_id, campaign_id=CAMPAIGN, household_id=home)
    for feed in (community, grid):
        bring(place, feed)


def send_sheet(place: Workplace, home: str, answers: dict[str, Any], by: str = "meng") -> None:
    """A sheet that a colleague wrote about the same household."""
    grid = news(place, GRID)
    told = {"campaign_id": CAMPAIGN, "household_id": home, "staff_id": by}
    at = "2026-06-18T01:30:00Z"
    grid.put("campaign_sheet", f"sheet of {by} {home}", **told, answers=answers, answered_at=at)
    bring(place, grid)


def news(place: Workplace, scope: str) -> Feed:
    """A feed that goes on where the laptop stands in this scope."""
    (asked,) = place.store.replica.cursors([scope])
    return Feed(scope, head=asked.cursor)


def bring(place: Workplace, feed: Feed) -> None:
    """Add what is new in a feed to what the laptop has of its scope."""
    replica = place.store.replica
    (asked,) = replica.cursors([feed.scope])
    (held,) = [one for one in place.store.reading.scopes() if one.scope_id == feed.scope]
    page = feed.page(asked)
    page.digest = digest_text((int(held.digest, 16) + int(feed.digest(), 16)) % DIGEST_MODULUS)
    applied = replica.apply(page, feed.epoch)
    assert applied.done
    assert applied.equal
