"""Every page of an opened profile, in one list: the app builds it, pictures and tests walk it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from desktop.page import Page, PageContext
from desktop.pages.building import BuildingPage
from desktop.pages.campaigns import CampaignRoundPage, CampaignSheetPage, CampaignsPage
from desktop.pages.certificates import CertificatesPage
from desktop.pages.conflicts import ConflictsPage
from desktop.pages.desk import DeskPage
from desktop.pages.devices import DevicesPage
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
from desktop.pages.reports import ReportsPage
from desktop.pages.rights import RightsPage
from desktop.pages.settings import SettingsPage
from desktop.pages.sync_centre import SyncCentrePage
from desktop.pages.today import TodayPage
from desktop.pages.visit import VisitMaker, VisitPage
from desktop.sections import may_open
from desktop.settings import Settings
from desktop.shelf import Shelf
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


SCREENS: Final[Mapping[str, Callable[[Kit], Page]]] = {
    TodayPage.KEY: lambda kit: TodayPage(kit.context),
    BuildingPage.KEY: lambda kit: BuildingPage(kit.context),
    HouseholdsPage.KEY: lambda kit: HouseholdsPage(kit.context),
    HouseholdPage.KEY: lambda kit: HouseholdPage(kit.context),
    VisitPage.KEY: lambda kit: VisitPage(kit.context),
    DeskPage.KEY: lambda kit: DeskPage(kit.context, kit.settings),
    CertificatesPage.KEY: lambda kit: CertificatesPage(kit.context, kit.settings),
    MattersPage.KEY: lambda kit: MattersPage(kit.context),
    PeoplePage.KEY: lambda kit: PeoplePage(kit.context),
    DevicesPage.KEY: lambda kit: DevicesPage(kit.context),
    PaperPage.KEY: lambda kit: PaperPage(kit.context),
    MediationNotePage.KEY: lambda kit: MediationNotePage(kit.context),
    MediationPage.KEY: lambda kit: MediationPage(kit.context),
    CasePage.KEY: lambda kit: CasePage(kit.context, prints=True),
    CaseFormPage.KEY: lambda kit: CaseFormPage(kit.context),
    CasePeoplePage.KEY: lambda kit: CasePeoplePage(kit.context),
    DossierPage.KEY: lambda kit: DossierPage(kit.context),
    MediationFiguresPage.KEY: lambda kit: MediationFiguresPage(kit.context),
    CampaignsPage.KEY: lambda kit: CampaignsPage(kit.context),
    CampaignRoundPage.KEY: lambda kit: CampaignRoundPage(kit.context),
    CampaignSheetPage.KEY: lambda kit: CampaignSheetPage(kit.context),
    ConflictsPage.KEY: lambda kit: ConflictsPage(kit.context),
    HeldPage.KEY: lambda kit: HeldPage(kit.context),
    SyncCentrePage.KEY: lambda kit: SyncCentrePage(kit.context, kit.runner),
    ReportsPage.KEY: lambda kit: ReportsPage(kit.context),
    RightsPage.KEY: lambda kit: RightsPage(kit.context),
    HandbookPage.KEY: lambda kit: HandbookPage(kit.context),
    SettingsPage.KEY: _settings,
}
"""What makes each page. Add a new page here; a section of the sidebar needs its key in
``desktop.sections``, too."""

_GUARDED: Final = frozenset({PeoplePage.KEY, DevicesPage.KEY})
"""Pages that are for some posts alone."""


def build_pages(kit: Kit) -> Shelf:
    """All pages that are for this user, new; each is made when it is wanted. Of what is not for
    them there is none at all: no route leads to it."""
    posts = kit.context.place.store.account.user.posts
    wanted = {
        key: partial(make, kit)
        for key, make in SCREENS.items()
        if key not in _GUARDED or may_open(key, posts)
    }
    visit = VisitMaker(kit.context)
    return Shelf(wanted | {VisitPage.KEY: visit.make}, {VisitPage.KEY: visit.make_fields})
