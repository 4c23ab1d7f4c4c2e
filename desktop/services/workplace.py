"""One opened profile and every use case on it: the composition root of the services."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial

from desktop.services.actions import Actions
from desktop.services.appointments import Appointments
from desktop.services.buildings import Buildings
from desktop.services.campaigns import Campaigns
from desktop.services.case_list import CaseList
from desktop.services.case_people import CasePeople
from desktop.services.cases import Cases
from desktop.services.certificates import Certificates
from desktop.services.changes import Ledger
from desktop.services.chosen_files import ChosenFiles
from desktop.services.conflicts import Conflicts
from desktop.services.courier import Courier
from desktop.services.desk import Desk
from desktop.services.desk_cases import ServiceCases
from desktop.services.desk_drafts import DeskDrafts
from desktop.services.desk_owners import Owners
from desktop.services.devices import Devices
from desktop.services.dispatch import Dispatch
from desktop.services.door_checks import DoorChecks
from desktop.services.dossier.dossiers import Dossiers
from desktop.services.edits import Edits
from desktop.services.exports.ledgers import Sources
from desktop.services.exports.reports import Reports
from desktop.services.finder import Finder
from desktop.services.grids import Grids
from desktop.services.households import Households
from desktop.services.leasing import fetch_again
from desktop.services.matter_actions import MatterActions
from desktop.services.matter_list import MatterList
from desktop.services.matter_work import MatterWork
from desktop.services.matters import Matters
from desktop.services.mediation_figures import MediationFigures
from desktop.services.names import Names
from desktop.services.notes import Notes
from desktop.services.office_desk import OfficeDesk
from desktop.services.oral_list import OralList
from desktop.services.paper import Paper
from desktop.services.photos import Photos
from desktop.services.postponing import Postponing
from desktop.services.privacy import Reveals, Sight
from desktop.services.profiles import ProfileFolder
from desktop.services.promises import Promises
from desktop.services.quick_unlock import QuickKey, QuickUnlock
from desktop.services.references import References
from desktop.services.residents import Residents
from desktop.services.rights.rights import Rights
from desktop.services.roster import HelperRosters
from desktop.services.round_facts import RoundFacts
from desktop.services.service_catalogue import FILES, ServiceCatalogue
from desktop.services.street_counts import StreetCounts
from desktop.services.syncing import Connect, Syncing, connect
from desktop.services.today import Today
from desktop.services.tries import counted
from desktop.services.visits import Visits
from sync.errors import LeaseEnded
from sync.identity import Clock, Minter, local_day
from sync.store.keychain import system_keychain
from sync.store.quick import open_quickly
from sync.store.store import Store
from sync.store.vault import OpenVault, Outside


@dataclass(frozen=True)
class Workplace:
    """The services of one profile. Close it when done; it holds the profile's lock."""

    folder: ProfileFolder
    store: Store
    clock: Clock
    sight: Sight
    names: Names
    references: References
    finder: Finder
    households: Households
    buildings: Buildings
    today: Today
    visits: Visits
    matters: Matters
    matter_list: MatterList
    street_counts: StreetCounts
    matter_work: MatterWork
    desk: Desk
    service_cases: ServiceCases
    desk_drafts: DeskDrafts
    owners: Owners
    appointments: Appointments
    certificates: Certificates
    promises: Promises
    door_checks: DoorChecks
    rosters: HelperRosters
    grids: Grids
    dispatch: Dispatch
    office: OfficeDesk
    devices: Devices
    postponing: Postponing
    notes: Notes
    cases: Cases
    case_list: CaseList
    oral_list: OralList
    case_people: CasePeople
    chosen: ChosenFiles
    dossiers: Dossiers
    mediation_figures: MediationFigures
    reports: Reports
    rights: Rights
    quick: QuickUnlock
    edits: Edits
    campaigns: Campaigns
    residents: Residents
    conflicts: Conflicts
    photos: Photos
    reveals: Reveals
    paper: Paper
    syncing: Syncing
    courier: Courier
    actions: Actions

    def day(self) -> date:
        """The working day, in China."""
        return local_day(self.clock.now())

    def close(self) -> None:
        """Write everything back and let others open the profile."""
        self.store.close()


def open_workplace(
    folder: ProfileFolder,
    password: str,
    clock: Clock,
    outside: Outside | None = None,
    connect_to: Connect = connect,
) -> Workplace:
    """Unlock a profile; the network is asked only where the server's part was given up.

    Raises WrongPassword, WaitBeforeTrying, KeychainLost, LeaseEnded, DeviceRevoked, ProfileInUse,
    StoreDamaged or StoreTooNew.
    """
    found = outside or Outside(system_keychain())
    with counted(folder, clock):
        try:
            store = _opened(folder, password, clock, found)
        except LeaseEnded:
            fetch_again(folder, password, partial(connect_to, folder.connection()), found)
            store = _opened(folder, password, clock, found)
    with ExitStack() as undo:
        # Whatever keeps it from being joined: the next try must not meet an open profile.
        undo.callback(store.close)
        place = workplace_on(folder, store, clock, connect_to)
        undo.pop_all()
    return place


def open_with_code(
    folder: ProfileFolder,
    quick: QuickKey,
    code: str,
    clock: Clock,
    outside: Outside | None = None,
    connect_to: Connect = connect,
) -> Workplace:
    """Unlock a profile by its six digits. Raises QuickCodeWrong, QuickCodeOver, PasswordChanged,
    and as :func:`open_workplace`, which then has to be asked."""
    found, minter = outside or Outside(system_keychain()), Minter(now=clock.now)

    def unlock() -> OpenVault:
        return open_quickly(quick, code, clock, folder.path, minter.random_bytes, found.keychain)

    store = Store.open_by(folder.path, unlock, clock=clock, minter=minter, outside=found)
    with ExitStack() as undo:
        undo.callback(store.close)
        place = workplace_on(folder, store, clock, connect_to)
        place.quick.carry_on(quick)
        undo.pop_all()
    return place


def _opened(folder: ProfileFolder, password: str, clock: Clock, outside: Outside) -> Store:
    minter = Minter(now=clock.now)
    return Store.open(folder.path, password, clock=clock, minter=minter, outside=outside)


def workplace_on(
    folder: ProfileFolder, store: Store, clock: Clock, connect_to: Connect = connect
) -> Workplace:
    """Join the services on a store that is open already, such as after enrolling."""
    sight = Sight(frozenset(store.account.user.posts))
    names = Names(store.reading)
    references = References(store.reading)
    households = Households(store, clock, names, sight)
    facts = RoundFacts(store, households, names)
    matters, promises = Matters(store, clock), Promises(store, clock)
    matter_work = MatterWork(store, clock)
    visits = Visits(store, clock, matters, promises)
    ledger = Ledger(store, clock)
    notes, edits = Notes(store, clock), Edits(store, ledger)
    campaigns = Campaigns(store, clock, households, names, visits)
    conflicts, reveals = Conflicts(store, names), Reveals(store, clock)
    syncing = Syncing(store, folder, connect_to)
    photos = Photos(store, clock, syncing.photo)
    case_list = CaseList(store, clock)
    residents = Residents(store, clock, ledger)
    door_checks = DoorChecks(store, clock, residents)
    matter_list = MatterList(store, clock, households, names, sight)
    services = ServiceCatalogue(FILES[folder.policy.services or "48"])
    service_cases = ServiceCases(store, clock, services)
    oral_list = OralList(store, households)
    mediation_figures = MediationFigures(store, names, case_list)
    sources = Sources(store, names, households, matter_list, case_list, oral_list, service_cases)
    reports = Reports(sources, mediation_figures, reveals, clock, folder.policy.export_rows)
    actions = Actions(store, references, visits, notes, edits, campaigns, conflicts)
    actions.learn(MatterActions(references, matter_work).does)
    return Workplace(
        folder=folder,
        store=store,
        clock=clock,
        sight=sight,
        names=names,
        references=references,
        finder=Finder(store.reading, households, sight, clock),
        households=households,
        buildings=Buildings(store, clock, households, names),
        today=Today(store, clock, facts, promises, case_list, door_checks, matter_list),
        visits=visits,
        matters=matters,
        matter_list=matter_list,
        street_counts=StreetCounts(store),
        matter_work=matter_work,
        desk=Desk(store, clock, households, names, visits),
        service_cases=service_cases,
        desk_drafts=DeskDrafts(store),
        owners=Owners(store, clock, names),
        appointments=Appointments(store, clock),
        certificates=Certificates(store, clock, reveals),
        promises=promises,
        door_checks=door_checks,
        rosters=HelperRosters(store, clock, names),
        grids=Grids(store, clock, names, households, sight),
        dispatch=Dispatch(store, clock, names, (matter_list, matter_work), service_cases),
        office=OfficeDesk(syncing),
        devices=Devices(syncing),
        postponing=Postponing(store),
        notes=notes,
        cases=Cases(store, clock),
        case_list=case_list,
        oral_list=oral_list,
        case_people=CasePeople(store, clock),
        chosen=ChosenFiles(store),
        dossiers=Dossiers(store, photos, reveals),
        mediation_figures=mediation_figures,
        reports=reports,
        rights=Rights(store, names, reveals, clock, reports),
        edits=edits,
        campaigns=campaigns,
        residents=residents,
        conflicts=conflicts,
        photos=photos,
        reveals=reveals,
        paper=Paper(store, clock, households, visits, reveals),
        syncing=syncing,
        quick=QuickUnlock(store, clock),
        courier=Courier(store, syncing.reach),
        actions=actions,
    )
