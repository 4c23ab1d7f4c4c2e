"""Long notes: what two people changed in different sentences is joined, the rest is asked."""

from hypothesis import given
from hypothesis import strategies as st

from sync.merge.fold import fold
from sync.merge.operation import Op
from sync.merge.texts import MOST_SENTENCES, merge_text, sentences
from tests.merge.replica import Replica, writer

DOOR = ("dwelling", "d1")
BASE = "听力弱，敲门要久一点。狗在院子里。下午在家。"


def note(op_id, base, new):
    """A change of what to know before knocking."""
    return Op(op_id, 0, "patch", *DOOR, {"door_note": (base, new)})


def test_a_text_is_cut_after_each_sentence_and_nothing_is_lost():
    """Chinese and ASCII ends, lines, and a number that is no end."""
    text = "血压 13.5。还好！走路慢？是；\nHe waits. Then 3.5 m"
    assert sentences(text) == [
        "血压 13.5。",
        "还好！",
        "走路慢？",
        "是；",
        "\n",
        "He waits.",
        " Then 3.5 m",
    ]


def test_different_sentences_are_joined():
    """One mends the first sentence, the other adds one at the end."""
    replica = Replica.holding(door_note=BASE)
    replica.take(note("a", BASE, BASE.replace("久一点", "久一点，靠近右耳")), writer("anna"))
    second = replica.take(note("b", BASE, BASE + "钥匙不在门口。"), writer("bo"))

    assert second.outcome == "applied"
    assert replica.body["door_note"] == (
        "听力弱，敲门要久一点，靠近右耳。狗在院子里。下午在家。钥匙不在门口。"
    )
    assert set(replica.claims["door_note"]) >= {"anna", "bo"}
    assert replica.open_conflicts() == []


def test_the_same_sentence_waits_for_a_person():
    """Both stay, whole."""
    replica = Replica.holding(door_note=BASE)
    one, other = BASE.replace("下午", "上午"), BASE.replace("下午", "晚上")
    replica.take(note("a", BASE, one), writer("anna"))
    assert replica.take(note("b", BASE, other), writer("bo")).outcome == "conflict"
    assert replica.wanted("door_note") == {one, other}


def test_a_further_word_on_a_version_that_waits_waits_with_it():
    """It started from that version, which the text that stands never was."""
    replica = Replica.holding(door_note=BASE)
    replica.take(note("a", BASE, BASE.replace("下午", "上午")), writer("anna"))
    mine = BASE.replace("下午", "晚上")
    replica.take(note("b", BASE, mine), writer("bo"))
    replica.take(note("c", mine, mine + "有电梯。"), writer("bo"))

    assert replica.wanted("door_note") == {BASE.replace("下午", "上午"), mine + "有电梯。"}
    replica.take(note("d", mine + "有电梯。", BASE), writer("bo"))
    assert replica.open_conflicts() == []


def test_ones_own_chain_is_joined_with_somebody_elses_sentence():
    """Written and taken back again offline, while a colleague added something."""
    replica = Replica.holding(door_note=BASE)
    mine = "先打电话。" + BASE
    replica.take(note("x", BASE, BASE + "有电梯。"), writer("anna"))
    replica.take(note("a", BASE, mine), writer("bo"))
    replica.take(note("b", mine, BASE), writer("bo"))

    assert replica.body["door_note"] == BASE + "有电梯。"


def test_a_pending_change_lets_a_colleagues_sentence_be_seen():
    """What the laptop shows is what the server will make of it."""
    mine = BASE.replace("久一点", "很久")
    shown = fold({"door_note": BASE + "有电梯。"}, [note("a", BASE, mine)], DOOR).body
    assert shown == {"door_note": mine + "有电梯。"}


def test_a_text_beyond_measure_waits_for_a_person():
    """Its comparison would hold up everybody else."""
    long = "好。" * (MOST_SENTENCES + 1)
    assert merge_text(long, long + "一。", "二。" + long) is None


LINES = ("甲。", "乙。", "丙。", "丁。")


@st.composite
def versions(draw):
    """A text, and two versions of it that change, drop or precede sentences of their own."""

    def changed(mine):
        kept = [
            draw(st.sampled_from([line, "", f"新{line}"])) if line in mine else line
            for line in LINES
        ]
        return "".join(kept)

    owned = draw(st.sets(st.sampled_from(LINES)))
    return changed(owned), changed(set(LINES) - owned)


@given(versions())
def test_what_both_changed_is_there_whoever_comes_first(pair):
    """Each line is as whoever changed it left it; a joint at which both worked asks."""
    base, (one, other) = "".join(LINES), pair
    merged = merge_text(base, one, other)
    assert merged == merge_text(base, other, one)
    assert merged is not None
    for line in LINES:
        left = [text for text in (one, other) if line not in sentences(text)]
        assert (line in sentences(merged)) == (not left)
        for text in left:
            assert (f"新{line}" in text) == (f"新{line}" in merged)


TEXTS = st.lists(st.sampled_from(LINES), max_size=5).map("".join)


@given(TEXTS, TEXTS, TEXTS)
def test_no_sentence_is_made_up_and_none_of_either_side_disappears(base, new, current):
    """Whatever the texts: what somebody added stays, unless a person is asked."""
    merged = merge_text(base, new, current)
    if merged is None:
        return
    there = sentences(merged)
    assert set(there) <= {*sentences(base), *sentences(new), *sentences(current)}
    for text in (new, current):
        assert set(sentences(text)) - set(sentences(base)) <= set(there)
