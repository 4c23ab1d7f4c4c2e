"""Question sets as staff write them: read, or refused with every mistake named by its cell."""

import pytest
import xlsxwriter

from sync.i18n import catalogue
from sync.rules.questions import QuestionKind
from sync.server.forms import FormRefused, kept_from, read_form
from sync.server.roster.errors import RosterUnreadable

HEAD = ("type", "name", "label::中文 (zh)", "label::English (en)")
LISTS = (
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("gas", "pipe", "管道", "Pipe"),
    ("gas", "bottle", "钢瓶", "Bottle"),
    ("gas", "none", "没有", "None"),
)
GAS = ("select_one gas", "gas", "用什么燃气", "Which gas")


@pytest.fixture
def write(tmp_path):
    """Makes a file of sheets, each a list of rows."""

    def made(*, name="gas.xlsx", hidden=(), **sheets):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
                if title in hidden:
                    sheet.hide()
        return path

    return made


def refused(path):
    """(sheet, cell, code) of each mistake that stops the form."""
    with pytest.raises(FormRefused) as error:
        read_form(path)
    return [
        (one.sheet, f"{one.column}{one.row or ''}", one.code)
        for one in error.value.problems
        if one.stops
    ]


def survey(*rows, head=HEAD, choices=LISTS, **more):
    return {"survey": [head, *rows], "choices": choices, **more}


def test_a_form_is_read_with_both_languages(write):
    head = (
        *HEAD,
        "hint::中文 (zh)",
        "required",
        "relevant",
        "constraint",
        "constraint_message::zh",
    )
    path = write(
        **survey(
            (*GAS, "看厨房", "yes"),
            ("integer", "age", "用了几年", "How old", "", "", "${gas} = 'pipe'", ". < 60", "太久"),
            ("select_multiple gas", "more", "还有", "Others", "", "TRUE"),
            ("date", "since", "哪天装", "Since", "", "", "selected(${more}, 'none')"),
            ("text", "note", "说明", "Note"),
            head=head,
        ),
        settings=[("form_title", "form_id", "version"), ("燃气入户排查", "gas_2026", "v2")],
    )
    form = read_form(path)
    assert (form.form_id, form.title, form.version) == ("gas_2026", "燃气入户排查", "v2")
    gas, age, more, since, note = form.questions.questions
    assert gas.kind is QuestionKind.SELECT_ONE
    assert gas.label == {"zh": "用什么燃气", "en": "Which gas"}
    assert (gas.hint, gas.required) == ({"zh": "看厨房"}, True)
    assert [choice.name for choice in gas.choices] == ["pipe", "bottle", "none"]
    assert (age.relevant, age.constraint) == ("${gas} = 'pipe'", ". < 60")
    assert age.constraint_message == {"zh": "太久"}
    assert (more.required, since.kind, note.kind.value) == (True, QuestionKind.DATE, "text")
    assert form.notes == ()


def test_a_form_without_settings_is_named_by_its_file(write):
    form = read_form(write(**survey(GAS), name="燃气.xlsx"))
    assert (form.form_id, form.title, form.version) == ("燃气", "燃气", "")


def test_a_form_of_one_language_needs_no_other(write):
    plain = ("type", "name", "label")
    lists = [("list_name", "name", "label"), ("gas", "pipe", "管道")]
    form = read_form(write(survey=[plain, GAS[:3]], choices=lists))
    assert form.questions.questions[0].label == {"": "用什么燃气"}


def test_what_is_passed_over_is_told(write):
    path = write(
        **survey(
            ("start", "start", "", ""),
            (*GAS[:3], "", "minimal"),
            head=(*HEAD, "appearance"),
        ),
        notes=[("干什么",)],
        old=[("x",)],
        hidden=("old",),
    )
    notes = [(one.sheet, one.row, one.column, one.code) for one in read_form(path).notes]
    assert notes == [
        ("notes", 0, "", "sheet.other"),
        ("old", 0, "", "sheet.hidden"),
        ("survey", 1, "E", "column.unused"),
        ("survey", 2, "A", "type.meta"),
        ("survey", 3, "D", "label.language"),
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("", "q", "问"), [("A2", "type.missing")]),
        (("decimal", "q", "问"), [("A2", "type.unknown")]),
        (("text gas", "q", "问"), [("A2", "type.unknown")]),
        (("begin_group", "q", "问"), [("A2", "type.group")]),
        (("begin repeat", "q", "问"), [("A2", "type.group")]),
        (("end group", "", ""), [("A2", "type.group")]),
        (("select_one", "q", "问"), [("A2", "list.missing")]),
        (("select_one oil", "q", "问"), [("A2", "list.unknown")]),
        (("select_one gas or_other", "q", "问"), [("A2", "type.other")]),
        (("text", "", "问"), [("B2", "name.missing")]),
        (("text", "两 个", "问"), [("B2", "name.wrong")]),
        (("text", "1q", "问"), [("B2", "name.wrong")]),
        (("text", "q", ""), [("C2", "label.missing")]),
        (("text", "q", "长" * 501), [("C2", "text.long")]),
    ],
)
def test_a_mistake_in_a_row_names_its_cell(write, row, found):
    path = write(**survey((*row, ""), ("text", "last", "最后", "Last")))
    assert refused(path) == [("survey", cell, code) for cell, code in found]


@pytest.mark.parametrize(
    ("relevant", "constraint", "found"),
    [
        ("${gas} == 'pipe'", "", ("E3", "expression.wrong")),
        ("${oil} = 'pipe'", "", ("E3", "expression.unknown")),
        ("${last} = 'x'", "", ("E3", "expression.later")),
        ("${age} > 3", "", ("E3", "expression.later")),  # Its own answer is no condition.
        (". > 3", "", ("E3", "expression.own")),
        ("${gas} = '管道'", "", ("E3", "expression.choice")),
        ("selected(${gas}, 'oil')", "", ("E3", "expression.choice")),
        ("selected(${before}, 'oil')", "", ("E3", "expression.no_choices")),
        ("${more} = 'pipe'", "", ("E3", "expression.selected")),
        ("", ". <", ("F3", "expression.wrong")),
        ("", ". < ${last}", ("F3", "expression.later")),
    ],
)
def test_a_condition_that_would_never_hold_is_found_before_the_door(
    write, relevant, constraint, found
):
    rows = [
        GAS,
        ("integer", "age", "几年", "Age", relevant, constraint),
        ("text", "last", "最后", "Last"),
    ]
    if "before" in relevant or "more" in relevant:
        rows[0:1] = (
            [("text", "before", "先", "Before")]
            if "before" in relevant
            else [("select_multiple gas", "more", "还有", "More")]
        )
    path = write(**survey(*rows, head=(*HEAD, "relevant", "constraint")))
    assert refused(path) == [("survey", *found)]


def test_every_mistake_is_told_at_once(write):
    path = write(
        survey=[(*HEAD, "required", "calculation"), (*GAS, "maybe", "1+1"), (*GAS, "", "")],
        choices=[*LISTS, ("gas", "pipe", "又一个", "Again"), ("", "a b", "", "")],
        settings=[("form_id",), ("1 2",)],
    )
    assert refused(path) == [
        ("choices", "B5", "name.twice"),
        ("choices", "A6", "choice.list"),
        ("choices", "B6", "choice.blank"),
        ("choices", "C6", "label.missing"),
        ("settings", "A2", "settings.form_id"),
        ("survey", "E2", "required.unknown"),
        ("survey", "F2", "column.unsupported"),
        ("survey", "B3", "name.twice"),
    ]


@pytest.mark.parametrize(
    ("sheets", "found"),
    [
        ({"questions": [HEAD, GAS]}, ("survey", "", "sheet.missing")),
        ({"survey": [HEAD, (*GAS[:1], "q", "问", "")]}, ("choices", "", "sheet.missing")),
        (
            {"survey": [("type", "name"), GAS[:2]], "choices": LISTS},
            ("survey", "1", "column.missing"),
        ),
        ({"survey": [HEAD], "choices": LISTS}, ("survey", "", "form.empty")),
        ({"survey": [(*HEAD, "name"), GAS], "choices": LISTS}, ("survey", "E1", "column.twice")),
        (
            {"survey": [HEAD, *(("text", f"q{n}", "问", "Ask") for n in range(101))]},
            ("survey", "", "form.too_many"),
        ),
    ],
)
def test_a_file_that_is_no_form_is_refused(write, sheets, found):
    assert refused(write(**sheets)) == [found]


def test_a_file_that_is_no_spreadsheet_says_so(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(b"PK\x03\x04 no book")
    with pytest.raises(RosterUnreadable):
        read_form(path)


def test_a_later_reading_may_add_and_reword_but_takes_nothing_back(write):
    former = read_form(write(**survey(GAS, ("text", "note", "说明", "Note")))).questions
    reworded = (GAS[0], GAS[1], "烧什么", "What fuel")
    better = read_form(
        write(
            **survey(reworded, ("text", "note", "说明", "Note"), ("date", "day", "哪天", "Day")),
            name="better.xlsx",
        )
    )
    assert kept_from(former, better) == []

    worse = read_form(
        write(
            **survey(GAS, choices=LISTS[:3])
            | {"survey": [HEAD, GAS, ("date", "day", "日", "Day")]},
            name="worse.xlsx",
        )
    )
    retyped = read_form(write(**survey(GAS, ("integer", "note", "几", "No")), name="typed.xlsx"))
    assert [(one.row, one.column, one.code) for one in kept_from(former, worse)] == [
        (2, "A", "change.choice"),
        (0, "", "change.question"),
    ]
    assert [(one.row, one.code) for one in kept_from(former, retyped)] == [(3, "change.kind")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_kind_of_problem_has_words(language):
    """A placeholder that nobody fills would end the command with a trace."""
    from sync.server.forms.problems import KINDS, FormProblem

    details = {
        "name": "a",
        "other": 3,
        "most": 9,
        "near": "x",
        "question": "q",
        "kind": "text",
    }
    catalogue.use(language)
    try:
        for code in KINDS:
            problem = FormProblem("survey", 2, "A", code, details)
            assert problem.what
            assert problem.mend
            assert "{" not in problem.what + problem.mend
    finally:
        catalogue.use("en")
