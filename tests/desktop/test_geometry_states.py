"""Windows in the states and roles that ``test_geometry`` leaves out: a computer that holds nothing,
a record that is elsewhere, what a worker comes to by keys, and everybody else's pages."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage

from desktop.services.matter_forms import NewMatter
from desktop.theme.tokens import ThemeName
from sync.i18n import LANGUAGES
from tests.desktop.services.test_cases import LEAK
from tests.shots.crew import crew_scenes
from tests.shots.geometry import faults
from tests.shots.matrix import PAGES_OF, campaign_of, case_of, elsewhere
from tests.shots.scenes import homes_of, play, scenes
from tests.shots.windows import Dress, bare_place, opened, routes
from tests.support.campaigns import send_campaign
from tests.support.workplaces import household_id, put_home, workplace

HOME = household_id("6-2-1602")
SMALL = {"en": Dress(1024, 600), "zh_CN": Dress(1024, 600, 2.0)}
LARGE = {"en": Dress(1024, 600, 2.0), "zh_CN": Dress(1366, 768, theme=ThemeName.DARK)}
"""A share of what ``make shots`` looks at: each language at one end of the sizes and the other."""

POSTS = {
    "desk": ("desk_clerk",),
    "mediator": ("mediator",),
    "leader": ("grid_leader",),
    "secretary": ("secretary",),
    "department": ("partner",),
    "street": ("street",),
    "it": ("it_admin",),
}


def more(community, grid):
    """A family with a child, and a colleague."""
    community.put("assignment", "a1", staff_id="chen", post="grid_worker", area_id="third")
    child = [("丁大", "1", "1985-02-01", []), ("丁小", "2", "2017-02-01", [])]
    put_home(grid, "9-1-601", {"people": child})


def filled(folder, posts):
    """A laptop with homes, a child in one, a matter and a case that go on."""
    return workplace(folder, posts, more=more, desk="desk_clerk" in posts)


def begin_work(place):
    """A campaign, a matter and a written case."""
    send_campaign(place, [HOME])
    place.matter_work.report(NewMatter("9号楼1层下水反味", place="9号楼"))
    clue = replace(LEAK, accepted_on="", mediators=("chen",))
    place.cases.open(LEAK if place.cases.may_accept else clue)


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    """The worker's laptop."""
    with filled(tmp_path_factory.mktemp("worker"), ("grid_worker",)) as place:
        begin_work(place)
        while place.store.index.step():
            pass
        place.paper.print_round(place.today.round())
        yield place


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A file to choose."""
    file = tmp_path_factory.mktemp("photo") / "hose.png"
    QImage(640, 480, QImage.Format.Format_RGB32).save(str(file))
    return file


def faults_at(window, wanted):
    """What is wrong on each of these pages, in the dress that is worn."""
    wrong = {}
    for route in wanted:
        window.go(route)
        wrong[str(route)] = faults(window.space)
    return {page: found for page, found in wrong.items() if found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_computer_that_holds_nothing_is_whole(qapp, tmp_path, language):
    """What stands where a list will be."""
    with bare_place(tmp_path) as place, opened(qapp, place, language) as window:
        window.wear(LARGE[language])
        assert faults_at(window, routes(window.space.pages, "")) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_that_is_not_here_is_whole(qapp, worker, language):
    """It is named, and where it is."""
    with opened(qapp, worker, language) as window:
        window.wear(LARGE[language])
        assert faults_at(window, routes(elsewhere(), "nowhere", "nowhere", "nowhere")) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_worker_comes_to_by_keys_is_whole(qapp, worker, photo, language):
    """Palette, forms that are half filled, errors, papers."""
    wanted = scenes(homes_of(worker, HOME), photo)
    with opened(qapp, worker, language) as window:
        assert list(play(window, wanted, (Dress(1024, 600, 2.0),))) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", POSTS)
def test_everybody_elses_pages_are_whole(qapp, tmp_path, name, language):
    """As they are entered, and what is come to there by keys."""
    with filled(tmp_path, POSTS[name]) as place:
        begin_work(place)
        with opened(qapp, place, language) as window:
            wanted = list(routes(PAGES_OF[name], HOME, campaign_of(place), case_of(place)))
            for dress in (LARGE[language], SMALL[language]):
                window.wear(dress)
                assert faults_at(window, wanted) == {}
            assert list(play(window, crew_scenes(name, place), (SMALL[language],))) == []


def test_a_list_fills_its_card_in_a_window_that_became_narrow(qapp, tmp_path):
    """Tabs that find room again are shown in the midst of a laying out."""
    with filled(tmp_path, POSTS["leader"]) as place:
        begin_work(place)
        wanted = [one for one in crew_scenes("leader", place) if one.name == "matter-open"]
        with opened(qapp, place, "en") as window:
            assert list(play(window, wanted, (Dress(1440, 900), Dress(1024, 600)))) == []
