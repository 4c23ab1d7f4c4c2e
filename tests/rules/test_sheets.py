"""Which sheets count, what two workers say together, and the tally of it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sync.rules.questions import ChoiceOf, Question, QuestionKind, QuestionSet
from sync.rules.sheets import Sheet, sheet_of, standing, together, undisputed
from sync.rules.tally import Door, tally

TODAY = date(2026, 6, 18)
YES_NO = (ChoiceOf("yes", {"zh": "是"}), ChoiceOf("no", {"zh": "否"}))
SET = QuestionSet(
    (
        Question("gas", QuestionKind.SELECT_ONE, {"zh": "燃气"}, choices=YES_NO),
        Question("age", QuestionKind.INTEGER, {"zh": "几年"}, relevant="${gas} = 'yes'"),
        Question("since", QuestionKind.DATE, {"zh": "哪天"}),
        Question("pets", QuestionKind.SELECT_MULTIPLE, {"zh": "宠物"}, choices=YES_NO),
        Question("note", QuestionKind.TEXT, {"zh": "说明"}),
    )
)


def sheet(name, answers=None, corrects=(), *, void=False, by="chen"):
    return Sheet(
        name, "h1", by, f"2026-06-18T0{name[-1]}:00:00Z", answers or {}, "", corrects, void
    )


def ids(sheets):
    return [one.id for one in sheets]


def test_a_correction_takes_the_place_of_what_it_names():
    first, second = sheet("s1", {"gas": "yes"}), sheet("s2", {"gas": "no"}, ("s1",))
    assert ids(standing([second, first])) == ["s2"]
    assert together([first, second]).answers == {"gas": "no"}


def test_a_sheet_stands_again_when_its_correction_is_taken_back():
    first, second = sheet("s1"), sheet("s2", corrects=("s1",))
    taken_back = sheet("s3", corrects=("s2",), void=True)
    assert ids(standing([first, second, taken_back])) == ["s1"]


def test_two_workers_count_where_they_agree_and_are_asked_where_they_differ():
    """Neither overwrites the other, and what one alone asked counts."""
    mine = sheet("s1", {"gas": "yes", "age": 3, "note": "好"})
    other = sheet("s2", {"gas": "yes", "age": 5, "since": "2020-01-01"}, by="meng")
    found = together([other, mine])
    assert found.answers == {"gas": "yes", "note": "好", "since": "2020-01-01"}
    assert [(one.answer, one.sheet.staff_id) for one in found.differing["age"]] == [
        (3, "chen"),
        (5, "meng"),
    ]
    settled = sheet("s3", {"gas": "yes", "age": 5}, ("s1", "s2"))
    assert together([other, mine, settled]).differing == {}


def test_what_hangs_on_a_disputed_answer_is_not_counted():
    told = together([sheet("s1", {"gas": "yes", "age": 3}), sheet("s2", {"gas": "no"})])
    assert told.answers == {"age": 3}
    assert undisputed(SET, told, TODAY) == {}


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.lists(st.integers(0, 4), max_size=3), st.booleans()),
        max_size=5,
        unique_by=lambda drawn: drawn[0],
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_sheets_arrive_decides_nothing(drawn, rng):
    """Also where damaged ones name each other in a ring."""
    sheets = [
        sheet(f"s{at}", {"gas": "yes"}, tuple(f"s{one}" for one in corrects), void=void)
        for at, corrects, void in drawn
        if at not in corrects
    ]
    acyclic = all(int(one[1:]) < int(each.id[1:]) for each in sheets for one in each.corrects)
    found = ids(standing(sheets))
    rng.shuffle(sheets)
    assert not acyclic or ids(standing(sheets)) == found
    assert set(found) <= {one.id for one in sheets}


def test_a_stored_row_reads_as_a_sheet():
    row = {"household_id": "h1", "staff_id": "chen", "answers": {"gas": "yes"}, "corrects": ["s0"]}
    read = sheet_of("s1", row)
    assert (read.answers, read.corrects, read.void) == ({"gas": "yes"}, ("s0",), False)
    assert sheet_of("s1", {"answers": ["no map"]}).answers == {}


def test_the_tally_counts_each_building_and_all_of_them():
    answers = {"gas": "yes", "age": 4, "since": "2020-01-01", "pets": ["yes", "no"], "note": "好"}
    doors = [
        Door("h1", "6号楼", together([sheet("s1", answers)])),
        Door("h2", "6号楼", together([sheet("s1", {"gas": "no", "age": 9})])),
        Door("h3", "6号楼", together([])),
        Door("h4", "9号楼", together([sheet("s1", {"gas": "yes"}), sheet("s2", {"gas": "no"})])),
        Door("h5", "9号楼", together([sheet("s1", {"gas": "yes", "age": 8, "pets": ["bird"]})])),
    ]
    counted = tally(SET, doors, TODAY)
    six, nine = counted.places
    assert (six.building, six.doors, six.answered, six.differing) == ("6号楼", 3, 2, 0)
    assert six.questions["gas"].choices == {"yes": 1, "no": 1}
    assert (nine.doors, nine.answered, nine.differing) == (2, 2, 1)
    assert nine.questions["gas"].choices == {"yes": 1, "no": 0}
    age = counted.all.questions["age"]
    assert (age.answered, age.total, age.least, age.most) == (2, 12, 4, 8)
    assert counted.all.questions["since"].least == "2020-01-01"
    assert counted.all.questions["pets"].choices == {"yes": 1, "no": 1, "bird": 1}
    assert counted.all.questions["note"].answered == 1
    assert (counted.all.doors, counted.all.answered, counted.all.differing) == (5, 4, 1)
