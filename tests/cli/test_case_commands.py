"""A mediator in the terminal: their cases, the papers as files, and why other lists are empty."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.support.terminal import assert_calm

NUMBER = "(2026)人调字第17号"


def test_a_mediators_cases_are_listed(mediator):
    """Those that ask for something first; the demo's own case is among them."""
    said = mediator.must("cases").out
    assert NUMBER in said
    (case,) = [one for one in mediator.json("cases") if one["no"] == NUMBER]
    assert case["stage"] in ("performing", "follow_up")
    assert case["talks"] >= 1


@pytest.mark.parametrize("typed", [("due",), ("find", "6-2-1602")], ids=["due", "find"])
def test_an_empty_list_says_why_and_where_to_look(mediator, typed):
    """A mediator holds no household: that is no fault of the computer."""
    assert "doorstep cases" in mediator.must(*typed).out


def test_who_holds_no_case_hears_it(worker):
    assert worker.must("cases").out.startswith("No mediation case on this computer.")
    assert worker.json("cases") == []


def test_the_papers_of_a_case_are_files_without_a_name(mediator, tmp_path):
    """One for each paper, numbered as they are bound; what stands in them is the paper's text."""
    out = tmp_path / "papers"
    files = mediator.json("papers", NUMBER, "--out", str(out))
    assert files == [str(path) for path in sorted(out.iterdir())]
    names = " ".join(path.name for path in out.iterdir())
    assert "人民调解协议书.pdf" in names
    assert "王桂兰" not in names
    assert Path(files[0]).name == "01-封面和目录.pdf"
    assert files[-1].endswith("卷宗情况说明.pdf")
    agreement = next(path for path in out.iterdir() if "协议书" in path.name)
    words = "".join(page.extract_text() for page in PdfReader(agreement).pages)
    assert "王桂兰" in words
    assert NUMBER in words


def test_a_case_is_shown_by_its_number(mediator):
    """As the list tells it and the papers take it; people by name, times as they are in China."""
    said = mediator.must("show", NUMBER).out
    (case,) = [one for one in mediator.json("cases") if one["no"] == NUMBER]
    assert mediator.json("show", NUMBER)["id"] == case["id"]
    assert "Mediators: 邹大海" in said
    assert not re.search(r"\d\dZ|T\d\d:", said)


def test_the_papers_for_word(mediator, tmp_path):
    """Editable, beside the others."""
    mediator.must("papers", NUMBER, "--out", str(tmp_path), "--docx")
    assert {path.suffix for path in tmp_path.iterdir()} == {".docx"}


def test_papers_that_cannot_be_written_are_said(mediator, tmp_path):
    """A file stands where the folder should be; and a case that is not here."""
    taken = tmp_path / "taken"
    taken.write_text("")
    assert_calm(mediator.type("papers", NUMBER, "--out", str(taken)), 1, "cannot be written")
    assert_calm(mediator.type("papers", "(2026)人调字第999号", "--out", str(tmp_path)), 1)


SAID = ("--what", "漏水", "--result", "三天内修好")


def test_a_mistyped_room_is_no_name(worker):
    """6-1-2001 for 6-1-201: refused, and nothing is written."""
    assert_calm(worker.type("mediate", "6-1-101", "--with", "6-1-2001", *SAID), 1, "6-1-2001")
    assert worker.json("show", "6-1-101")["mediations"] == []


def test_a_name_that_looks_like_a_room_is_told_as_one(worker):
    worker.must("mediate", "6-1-101", "--with-name", "6-1-2001", *SAID)
    (told,) = worker.json("show", "6-1-101")["mediations"]
    assert told["other_party"] == "6-1-2001"


@pytest.mark.parametrize("typed", [(), ("--with", "张三", "--with-name", "李四")])
def test_the_other_party_is_told_in_one_way(worker, typed):
    assert_calm(worker.type("mediate", "6-1-101", *typed, *SAID), 2, "--with-name")


def test_apply_refuses_a_mistyped_room_and_goes_on(worker):
    """The same rule for a file of actions; with_name says that it is a name."""
    line = '{"do":"mediation","ref":"6-1-101","%s":"6-1-2001","what":"漏水","result":"修好"}'
    ended = worker.type("apply", "-", stdin="\n".join((line % "with", line % "with_name")))
    assert ended.code == 1
    assert "6-1-2001" in ended.err
    assert len(worker.json("show", "6-1-101")["mediations"]) == 1
