"""The log of crashes where nobody may write."""

import logging

from desktop.crash import start_log


def test_a_place_that_is_not_to_be_written_ends_nothing(tmp_path):
    """A file lies where the folder should be: the app starts, and tells what it needs itself."""
    (tmp_path / "taken").write_text("")
    before = list(logging.getLogger().handlers)

    start_log(tmp_path / "taken" / "logs")

    assert logging.getLogger().handlers == before
