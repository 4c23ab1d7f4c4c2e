"""When a record is due for deletion."""

from datetime import date

from sync.rules.retention import KEPT_DAYS, is_due, left_on

LEFT = date(2024, 6, 18)


def gone(status="moved_out", until="2024-06-18"):
    return {"status": status, "valid_to": until}


def test_somebody_left_when_they_left_the_last_of_their_homes():
    assert left_on([gone(), gone("dead", "2023-01-01")]) == LEFT
    assert left_on([gone(), {"status": "living"}]) is None
    assert left_on([gone(), gone("away", "2020-01-01")]) is None
    assert left_on([gone(until="")]) is None
    assert left_on([]) is None


def test_it_is_due_on_the_day_and_not_before():
    assert KEPT_DAYS == 730
    assert not is_due(LEFT, date(2026, 6, 17))
    assert is_due(LEFT, date(2026, 6, 18))
    assert not is_due(None, date(2099, 1, 1))
