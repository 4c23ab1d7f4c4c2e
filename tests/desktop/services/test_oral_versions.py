"""What stands of an oral mediation that was linked, unlinked or taken back, on any computer."""

from itertools import permutations

import pytest

from desktop.services.oral_versions import orals
from sync.store.record import Record


def row(row_id, corrects="", home="", what="漏水"):
    """One row of a mediation."""
    fields = {"corrects": corrects, "what": what, "other_household_id": home}
    return Record("oral_mediation", row_id, "grid:third", 1, "wang", fields)


ROOT = row("1")
LINK = row("2", "1", "he")
BACK = row("3", "2", what="")
OTHER = row("4", "1", "xu")


@pytest.mark.parametrize(
    ("rows", "heads", "link"),
    [
        ([ROOT], ["1"], ("", "")),
        ([ROOT, LINK], ["2"], ("he", "")),
        ([ROOT, LINK, BACK], ["1"], ("", "")),
        ([ROOT, LINK, row("5", "1", what="")], [], ("", "")),
        # Two people at a time: the words stand until somebody chooses, then that counts.
        ([ROOT, LINK, OTHER], ["2", "4"], ("", "")),
        ([ROOT, LINK, row("4", "1", "he")], ["2", "4"], ("he", "")),
        ([ROOT, LINK, OTHER, row("6", "4", "he"), BACK], ["6"], ("he", "")),
        # Linked anew on one computer while it was unlinked on another: the newer word counts.
        ([ROOT, LINK, BACK, row("7", "2", "xu")], ["7"], ("xu", "")),
    ],
)
def test_every_order_of_arrival_ends_alike(rows, heads, link):
    """Rows are only ever added, so what stands follows from which there are."""
    for shuffled in permutations(rows):
        (found,) = orals(shuffled)
        assert (found.root.id, [one.id for one in found.heads]) == ("1", heads)
        assert found.link == link
        assert found.is_taken_back == (not heads)
