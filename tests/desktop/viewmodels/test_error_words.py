"""The codes of computers, told to IT."""

from desktop.viewmodels.error_words import error_fact, error_words


def test_a_code_is_told_in_words_and_found_by_itself():
    """The row has the words, the sheet the code too."""
    assert error_words("net.portal") == "network wants a login"
    assert error_fact("net.portal") == "network wants a login (net.portal)"


def test_a_code_that_nobody_knows_here_is_told_as_it_is():
    """A computer of a newer version has errors of its own; and most have none."""
    assert error_words("net.of_tomorrow") == error_fact("net.of_tomorrow") == "net.of_tomorrow"
    assert error_fact("") == ""
