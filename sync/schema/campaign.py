"""Campaigns (专项): one question set, the households it is asked at, and the sheets they gave.

The list and the sheets live with the household, so they move with it, and whoever may not see a
household does not learn that it is on a list.
"""

from typing import Any, ClassVar

from sync.i18n import N_
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Kind, Merge, ScopeKind


class Campaign(SyncedRow):
    """A round of questions over a list of households, written by the office alone.

    ``form`` names the question set in its file, and with it the campaign: reading the file again
    finds it by that. ``questions`` is the question set (``sync/rules/questions.py``) and
    ``version`` what its file called it.
    """

    TYPE: ClassVar[str] = "campaign"
    SCOPE: ClassVar[ScopeKind] = ScopeKind.COMMUNITY

    form: str | None = synced(Merge.IMMUTABLE, label=N_("Question set"))
    title: str | None = synced(Merge.ASK, label=N_("Name"))
    version: str | None = synced(Merge.ASK, label=N_("Version"), most=60)
    questions: Any = synced(Merge.ASK, Kind.JSON, label=N_("Questions"))
    valid_from: str | None = synced(Merge.ASK, Kind.DAY, label=N_("From"))
    valid_to: str | None = synced(Merge.ASK, Kind.DAY, label=N_("Until"))


class CampaignHousehold(SyncedRow):
    """That a household is on a campaign's list. How far it has come is told by its sheets."""

    TYPE: ClassVar[str] = "campaign_household"
    ROOT: ClassVar[str] = "household_id"

    campaign_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Campaign"), index=True)
    household_id: str | None = synced(Merge.IMMUTABLE, Kind.REF, label=N_("Household"), index=True)


class CampaignSheet(SyncedRow):
    """The answers of one household, written once.

    Two workers who ask the same household write two sheets. Both stay: what they agree on counts,
    what they do not is put to a person, who writes a sheet that names both as ``corrects``.
    ``answers`` holds the answered questions by name; ``void`` takes the corrected sheets back.
    """

    TYPE: ClassVar[str] = "campaign_sheet"
    ROOT: ClassVar[str] = "household_id"
    APPEND_ONLY: ClassVar[bool] = True

    campaign_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Campaign"), index=True)
    household_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Household"), index=True)
    staff_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Written by"))
    answered_at: str | None = synced(Merge.APPEND, Kind.MOMENT, label=N_("When"))
    version: str | None = synced(Merge.APPEND, label=N_("Version"), most=60)
    answers: dict[str, Any] | None = synced(Merge.APPEND, Kind.JSON, label=N_("Answers"))
    visit_id: str | None = synced(Merge.APPEND, Kind.REF, label=N_("Visit"))
    corrects: list[str] = synced(Merge.APPEND, Kind.WORDS, label=N_("Corrects"))
    void: bool = synced(Merge.APPEND, Kind.FLAG, label=N_("Taken back"))
    reason: str | None = synced(Merge.APPEND, label=N_("Reason"), most=500)
