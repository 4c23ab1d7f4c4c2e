"""Reports that leave: masked, marked, sealed, counted, and written down before they are written."""

from datetime import date
from io import BytesIO

import pytest
from msoffcrypto.exceptions import InvalidKeyError
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from desktop.services.exports.files import ReportKind, ReportUnwritten
from desktop.services.exports.reports import (
    Reports,
    ReportTooLarge,
    ReportUnknown,
)
from desktop.services.exports.table import Mark, Table
from desktop.table_pages import pages_of
from sync.rules.case_figures import Period
from tests.support.sheets import rows_of, unsealed
from tests.support.workplaces import put_home, workplace

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
NAMES = ("王桂兰", "赵秀英", "周凤仙", "何美玲")
BAD = "=HYPERLINK(13800001024)"


def more(community, grid):
    """A home with a tag of every delicate kind, a child, and words that must not travel."""
    put_home(
        grid,
        "6-2-101",
        {
            "people": [
                ("秦静好", "2", "1980-02-01", ["serious_illness", "disabled_elder"]),
                ("秦小宝", "1", "2018-02-01", ["left_child"]),
            ],
            "visits": [("2026-06-02T02:00:00Z", "met", "刚做完化疗。电话13912345678")],
        },
    )
    put_home(grid, "6-2-102", {"people": [("童小童", "1", "2016-02-01", ["orphan"])]})
    asked = {"reported_at": "2026-06-03T02:00:00Z", "stage": "reported", "source": "visit"}
    home = "household 6-2-101"
    for number, (category, title) in enumerate(
        (
            ("facility", BAD),
            ("security", "盗窃前科"),
            ("welfare", "秦静好化疗费"),
            ("env", "秦静好家门口堆物"),
        )
    ):
        grid.put(
            "matter", f"matter {number}", household_id=home, category=category, title=title, **asked
        )
    special = {"staff_id": "chen", "method": "home", "result": "met"}
    needs = {"needs": ["medical", "repair"], "household_id": home}
    grid.put("visit", "visit needs", started_at="2026-06-04T02:00:00Z", **special, **needs)


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path, ("secretary",), more=more, desk=True) as made:
        yield made


def no_pages(table: Table, mark: Mark) -> bytes:
    raise AssertionError


def cells(place, name, tmp_path):
    """What stands in a report, after it was opened with its password."""
    written = place.reports.write(name, YEAR, tmp_path / f"{name}.xlsx", no_pages)
    return rows_of(unsealed(written.path, written.password)), written


@pytest.mark.parametrize("name", ["visits", "households", "matters", "mediation", "services"])
def test_nobody_is_named_and_nothing_delicate_leaves(place, tmp_path, name):
    """Whatever the ledger: names and numbers masked, no tag, note, need or word of an illness, a
    crime or a child, and no formula."""
    found, written = cells(place, name, tmp_path)
    text = repr(found)
    for word in (*NAMES, "秦静好", "秦小宝", "化疗", "盗窃", "13912345678", "13800001024", "童"):
        assert word not in text, word
    for tag in ("serious", "illness", "orphan", "medical", "alone"):
        assert tag not in text.partition("Left out")[0] + repr(found[3:]).lower()
    assert not [cell for row in found for cell in row if str(cell)[:1] in "=+-@" and cell != ""]
    assert len(written.table.rows) == len(found) - 5


def test_it_is_marked_on_top_in_every_row_and_on_every_page(place, tmp_path):
    """Who, when, on which computer: what is copied out of it takes that along."""
    found, _written = cells(place, "visits", tmp_path)
    mark = place.reports.mark()
    assert found[1][0] == mark.words
    for word in ("陈晓禾", "2026-06-18 10:"):
        assert word in mark.words
    assert {row[-1] for row in found[5:]} == {mark.short}
    assert any("王*兰" in row for row in found)


def test_it_opens_with_its_password_alone(place, tmp_path):
    """And holds nothing that can be read without: neither a name nor a word of the sheet."""
    _found, written = cells(place, "visits", tmp_path)
    content = written.path.read_bytes()
    assert b"xl/worksheets" not in content
    for word in ("王*兰", "陈晓禾"):
        for coding in ("utf-8", "utf-16-le"):
            assert word.encode(coding) not in content
    with pytest.raises(InvalidKeyError):
        unsealed(written.path, "K7QX-K7QX-K7QX-K7QX")
    again = place.reports.write("visits", YEAR, tmp_path / "again.xlsx", no_pages)
    assert again.password != written.password
    assert written.path.stat().st_mode & 0o077 == 0


def test_a_pdf_is_masked_marked_and_sealed_as_well(place, tmp_path, qapp):
    """Its head and its mark on each page."""
    written = place.reports.write("visits", YEAR, tmp_path / "visits.pdf", pages_of)
    reader = PdfReader(written.path)
    assert reader.is_encrypted
    assert not reader.decrypt("")
    assert reader.decrypt(written.password)
    for page in reader.pages:
        text = page.extract_text()
        assert "陈晓禾 2026-06-18 10:24" in text.replace("\n", "")
        assert "Visited by" in text
    assert "王桂兰" not in "".join(page.extract_text() for page in reader.pages)


def test_it_is_written_down_first_and_counts_for_the_day(place, tmp_path):
    """A file that could not be written left a trace all the same."""
    with pytest.raises(ReportUnwritten):
        place.reports.write("visits", YEAR, tmp_path / "none" / "visits.xlsx", no_pages)
    (look,) = place.store.reading.rows("reveal")
    rows = int(look.get("field").split()[1])
    assert (look.get("target_type"), look.get("target_id")) == ("report", "visits")
    assert look.get("reason") == "2026-01-01 – 2026-12-31"
    assert place.reports.allowance().used == rows > 10


def test_more_than_a_day_may_take_is_refused_whole(place, tmp_path):
    """In one file or in several; the next day begins anew."""
    few = Reports(place.reports._of, place.mediation_figures, place.reveals, place.clock, 20)
    few.write("visits", YEAR, tmp_path / "a.xlsx", no_pages)
    with pytest.raises(ReportTooLarge) as refused:
        few.write("visits", YEAR, tmp_path / "b.xlsx", no_pages)
    assert refused.value.details["most"] == 20
    assert not (tmp_path / "b.xlsx").exists()
    assert len(place.store.reading.rows("reveal")) == 1


def test_counts_are_of_grids_and_open_without_a_password(place, tmp_path):
    """They name nobody, and count nothing of the day's rows."""
    written = place.reports.write("figures", YEAR, tmp_path / "figures.xlsx", no_pages)
    assert written.password == ""
    found = rows_of(written.path)
    heads, grid, everything = found[4], found[5], found[6]
    assert grid[0] == "第3网格"
    assert grid[1:] == everything[1:]
    told = dict(zip(heads, grid, strict=True))
    assert told["Households"] == 10
    assert told["Matters reported"] == 4
    assert place.reports.allowance().used == 0


def test_the_yearly_table_is_the_committees_own(place, tmp_path):
    written = place.reports.write("yearly", YEAR, tmp_path / "yearly.xlsx", no_pages)
    book = CalamineWorkbook.from_filelike(BytesIO(written.path.read_bytes()))
    assert len(book.sheet_names) == 5
    for refused in ("yearly.pdf", "yearly.csv"):
        with pytest.raises(ReportKind):
            place.reports.write("yearly", YEAR, tmp_path / refused, no_pages)


@pytest.mark.parametrize("post", ["it_admin", "street", "partner"])
def test_who_holds_no_residents_takes_nothing_along(tmp_path, post):
    with workplace(tmp_path, (post,)) as place:
        assert place.reports.names == ()
        with pytest.raises(ReportUnknown):
            place.reports.write("visits", YEAR, tmp_path / "v.xlsx", no_pages)
        assert place.store.reading.rows("reveal") == []
