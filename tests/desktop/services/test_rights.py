"""A resident's copy, and the end of a record that was kept long enough."""

import pytest
from pypdf import PdfReader

from desktop.services.exports.files import ReportKind
from desktop.services.rights.held_about import masked_names
from desktop.services.rights.rights import NotDue, NotTheOffice
from desktop.table_pages import pages_of
from sync.errors import NotFound
from tests.support.sheets import rows_of, unsealed
from tests.support.workplaces import put_home, workplace

ASKER, OTHER = "person 6-2-201 0", "person 6-2-201 1"


def more(community, grid):
    """A couple with everything about them; one who left long ago, one a while, one with no day."""
    home = {
        "people": [("司徒雅", "2", "1950-02-01", ["dibao"]), ("欧阳平", "1", "1949-02-01", [])],
        "household": {"contact": "13811112222"},
        "visits": [("2026-06-02T02:00:00Z", "met", "欧阳平住院，司徒雅一个人在家。")],
    }
    put_home(grid, "6-2-201", home)
    note = {"household_id": "household 6-2-201", "staff_id": "chen"}
    grid.put("note", "note 1", **note, written_at="2026-06-03T02:00:00Z", text="司徒雅爱听戏")
    people = [(name, "1", "1950-02-01", []) for name in ("早走了", "刚走的", "没日子")]
    put_home(grid, "6-2-202", {"people": people})
    here = {"household_id": "household 6-2-202", "relation": "8"}
    for at, (status, until) in enumerate(
        (("dead", "2024-06-01"), ("moved_out", "2025-06-01"), ("moved_out", ""))
    ):
        lived = {"person_id": f"person 6-2-202 {at}", "status": status, "valid_to": until}
        grid.put("residency", f"residency 6-2-202 {at}", **here, **lived)


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, ("secretary",), more=more, desk=True) as made:
        yield made


def test_the_copy_says_all_of_one_person_and_masks_the_others(place, tmp_path):
    """Tags, notes and visits in plain words; whoever lives with them by no name."""
    out = tmp_path / "copy.xlsx"
    written = place.rights.write_copy(ASKER, out, pages_of, "asked at the desk")
    text = repr(rows_of(unsealed(out, written.password)))
    for held in ("司徒雅", "13811112222", "爱听戏", "6-2-201", "1950-02-01"):
        assert held in text
    assert "欧阳平" not in text
    assert "欧*平" in text or "欧**" in text
    assert "minimum living allowance" in text
    for inner in ("person_id", "household_id", "None", "elder_alone"):
        assert inner not in text
    (look,) = place.store.reading.rows("reveal")
    assert (look.get("target_id"), look.get("field")) == (ASKER, "export copy")
    assert place.reports.allowance().used == 0


def test_a_name_within_a_name_opens_neither():
    """Two who live there: the shorter name is the beginning of the longer."""
    assert masked_names("欧阳来接欧阳小明", ["欧阳", "欧阳小明"]) == "欧*来接欧**明"


def test_it_is_a_pdf_as_well(place, tmp_path, qapp):
    out = tmp_path / "copy.pdf"
    written = place.rights.write_copy(ASKER, out, pages_of)
    reader = PdfReader(out, password=written.password)
    assert "司徒雅" in "".join(page.extract_text() for page in reader.pages)
    with pytest.raises(ReportKind):
        place.rights.write_copy(ASKER, tmp_path / "copy.txt", pages_of)
    with pytest.raises(NotFound):
        place.rights.write_copy("nobody", out, pages_of)


def test_what_is_shown_is_written_down_first(place):
    lines = place.rights.about(OTHER, "asked by telephone")
    assert any("欧阳平" in one.value for one in lines)
    (look,) = place.store.reading.rows("reveal")
    assert look.get("reason") == "asked by telephone"


def test_a_record_is_due_two_years_after_somebody_left(place):
    """Not before, and never without a day."""
    (gone,) = place.rights.due()
    assert (gone.name, gone.room, gone.left.isoformat()) == ("早走了", "6-2-202", "2024-06-01")
    with pytest.raises(NotDue):
        place.rights.end([ASKER])
    with pytest.raises(NotDue):
        place.rights.end([gone.person.id, "person 6-2-202 1"])
    assert place.store.reading.find("person", gone.person.id)


def test_its_end_takes_all_that_hangs_on_it_and_comes_back_by_one_key(place):
    """The home stays as it is; the log says that it was ended, and of whom."""
    (gone,) = place.rights.due()
    ended = place.rights.end([gone.person.id])
    assert ended.people == 1
    assert place.rights.due() == []
    for type_, row_id in (("person", gone.person.id), ("residency", "residency 6-2-202 0")):
        assert place.store.reading.find(type_, row_id) is None
    assert place.store.reading.find("household", "household 6-2-202")
    place.rights.undo(ended)
    assert [one.person.id for one in place.rights.due()] == [gone.person.id]


@pytest.mark.parametrize("post", ["grid_worker", "mediator", "it_admin"])
def test_the_office_alone_answers(tmp_path, post):
    with workplace(tmp_path, (post,), more=more) as place:
        with pytest.raises(NotTheOffice):
            place.rights.write_copy(ASKER, tmp_path / "copy.pdf", pages_of)
        with pytest.raises(NotTheOffice):
            place.rights.end(["person 6-2-202 0"])
        assert place.store.reading.rows("reveal") == []
