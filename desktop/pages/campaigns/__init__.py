"""Campaigns: their list, the round of one, and the answer sheet of one household."""

from desktop.pages.campaigns.list_page import CampaignsPage
from desktop.pages.campaigns.round_page import CampaignRoundPage
from desktop.pages.campaigns.sheet_page import CampaignSheetPage

__all__ = ["CampaignRoundPage", "CampaignSheetPage", "CampaignsPage"]
