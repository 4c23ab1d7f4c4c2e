"""A share of what ``make proofs`` does a hundred thousand times."""

from tests.attacks.canaries import look_for_canaries
from tests.attacks.exchanges import cut_exchanges
from tests.attacks.forging import forge_often
from tests.attacks.fuzzing import fuzz_often


def test_no_forged_operation_takes_hold(tmp_path):
    """Of any post, on rows of another grid, on protected ones, in another's inbox."""
    assert forge_often(tmp_path, 300, 7) == {"done": 300, "faults": []}


def test_no_request_makes_an_error_of_ours(tmp_path):
    """Of strangers and of each post, shaped like our messages or like nothing."""
    found = fuzz_often(tmp_path, 600, 7)
    assert found["faults"] == []
    assert {"200", "400", "401", "404"} <= set(found["statuses"])


def test_what_was_sent_arrives_once_wherever_the_line_breaks(tmp_path):
    """At bytes of twenty exchanges, on both ways."""
    found = cut_exchanges(tmp_path, 20, 1, every=661)
    assert found["faults"] == []
    assert found["exchanges"] == 20
    assert found["struck"] > 0.8 * found["done"]


def test_no_name_and_no_number_stands_in_any_file(tmp_path):
    """While the store is open, after it is closed, in temporary files and nameless ones."""
    assert look_for_canaries(tmp_path, 40, 7)["faults"] == []
