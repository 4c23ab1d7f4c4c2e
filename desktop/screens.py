"""Every page of an opened profile, in one list: the app builds it, pictures and tests walk it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop.page import Page, PageContext
from desktop.pages.building import BuildingPage
from desktop.pages.campaigns import CampaignRoundPage, CampaignSheetPage, CampaignsPage
from desktop.pages.certificates import CertificatesPage
from desktop.pages.conflicts import ConflictsPage
from desktop.pages.desk import DeskPage
from desktop.pages.dossier import DossierPage
from desktop.pages.handbook import HandbookPage
from desktop.pages.held import HeldPage
from desktop.pages.household import HouseholdPage
from desktop.pages.households import HouseholdsPage
from desktop.pages.matters import MattersPage
from desktop.pages.mediation import CaseFormPage, CasePage, CasePeoplePage, MediationPage
from desktop.pages.mediation_figures import MediationFiguresPage
from desktop.pages.mediation_note import MediationNotePage
from desktop.pages.paper import PaperPage
from desktop.pages.people import PeoplePage
from desktop.pages.settings import SettingsPage
from desktop.pages.sync_centre import SyncCentrePage
from desktop.pages.today import TodayPage
from desktop.pages.visit import VisitPage
from desktop.sections import may_open
from desktop.settings import Settings
from desktop.sync_runner import SyncRunner


@dataclass(frozen=True)
class Kit:
    """What pages are made of."""

    context: PageContext
    runner: SyncRunner
    settings: Callable[[], Settings]
    apply: Callable[[Settings], None]


def _settings(kit: Kit) -> Page:
    made = SettingsPage(kit.context, kit.settings)
    made.chosen.connect(kit.apply)
    return made


def _people(kit: Kit) -> Page | None:
    """Not made at all for whoever it is not for: no route leads to what is not there."""
    posts = kit.context.place.store.account.user.posts
    return PeoplePage(kit.context) if may_open(PeoplePage.KEY, posts) else None


SCREENS: Final[tuple[Callable[[Kit], Page | None], ...]] = (
    lambda kit: TodayPage(kit.context),
    lambda kit: BuildingPage(kit.context),
    lambda kit: HouseholdsPage(kit.context),
    lambda kit: HouseholdPage(kit.context),
    lambda kit: VisitPage(kit.context),
    lambda kit: DeskPage(kit.context, kit.settings),
    lambda kit: CertificatesPage(kit.context, kit.settings),
    lambda kit: MattersPage(kit.context),
    _people,
    lambda kit: PaperPage(kit.context),
    lambda kit: MediationNotePage(kit.context),
    lambda kit: MediationPage(kit.context),
    lambda kit: CasePage(kit.context, prints=True),
    lambda kit: CaseFormPage(kit.context),
    lambda kit: CasePeoplePage(kit.context),
    lambda kit: DossierPage(kit.context),
    lambda kit: MediationFiguresPage(kit.context),
    lambda kit: CampaignsPage(kit.context),
    lambda kit: CampaignRoundPage(kit.context),
    lambda kit: CampaignSheetPage(kit.context),
    lambda kit: ConflictsPage(kit.context),
    lambda kit: HeldPage(kit.context),
    lambda kit: SyncCentrePage(kit.context, kit.runner),
    lambda kit: HandbookPage(kit.context),
    _settings,
)
"""What makes each page. Add a new page here; a section of the sidebar needs its key in
``desktop.sections``, too."""


def build_pages(kit: Kit) -> list[Page]:
    """All pages that are for this user, new."""
    made = [make(kit) for make in SCREENS]
    return [page for page in made if page is not None]
