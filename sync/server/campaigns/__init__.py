"""Campaigns from the office's side: a question set read into one, and whom it is asked of."""

from sync.server.campaigns.choosing import (
    Choosing,
    ListRefused,
    TagTooClose,
    choose_households,
    read_list,
)
from sync.server.campaigns.keeping import (
    CampaignUnknown,
    Kept,
    find_campaign,
    keep_campaign,
    listed_campaigns,
)

__all__ = [
    "CampaignUnknown",
    "Choosing",
    "Kept",
    "ListRefused",
    "TagTooClose",
    "choose_households",
    "find_campaign",
    "keep_campaign",
    "listed_campaigns",
    "read_list",
]
