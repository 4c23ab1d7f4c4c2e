"""Reports from the terminal: a sealed file, its password told once, and calm refusals."""

from pypdf import PdfReader

from tests.support.sheets import rows_of, unsealed
from tests.support.terminal import assert_calm

DAYS = ("--from", "2026-06-01", "--to", "2026-06-18")


def test_a_ledger_is_written_and_its_password_told(reader, demo, tmp_path):
    """The names of a grid are in it, masked; whoever lives there, nobody is named."""
    out = tmp_path / "visits.xlsx"
    told = reader.json("report", "visits", *DAYS, "--out", str(out))
    found = rows_of(unsealed(out, told["password"]))
    assert told["rows"] == len(found) - 5 > 20
    text = repr(found)
    names = {str(body["name"]) for body in demo.of("person").values() if len(body["name"]) > 2}
    assert not [name for name in names if name in text]
    assert "figures" not in told


def test_a_pdf_needs_no_display(reader, tmp_path):
    out = tmp_path / "matters.pdf"
    said = reader.must("report", "matters", *DAYS, "--out", str(out)).out
    password = next(line.partition(": ")[2] for line in said.splitlines() if ": " in line)
    assert PdfReader(out, password=password).pages


def test_figures_are_counts_that_a_script_reads(reader, tmp_path):
    told = reader.json("report", "figures", *DAYS, "--out", str(tmp_path / "figures.xlsx"))
    assert told["password"] == ""
    assert len(told["figures"]) == 2
    assert told["figures"][0][1] > 100


def test_what_cannot_be_is_said_in_one_line(reader, mediator, tmp_path):
    """A report of another post, a wrong ending, a wrong day, too many rows, no folder."""
    out = str(tmp_path / "r.xlsx")
    assert_calm(mediator.type("report", "visits", *DAYS, "--out", out), 2, "mediation")
    assert_calm(reader.type("report", "visits", *DAYS, "--out", f"{out}.csv"), 2, ".xlsx")
    assert_calm(reader.type("report", "visits", "--from", "6月", "--out", out), 2, "6月")
    assert_calm(
        reader.type("report", "visits", "--from", "2026-06-02", "--to", "2026-06-01", "--out", out),
        2,
        "2026-06-01",
    )
    assert_calm(reader.type("report", "households", "--out", out), 1, "200")
    assert_calm(
        reader.type("report", "figures", *DAYS, "--out", str(tmp_path / "no" / "r.xlsx")), 1
    )
