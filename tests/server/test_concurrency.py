"""Law 3 with real concurrency: whoever saw head H holds every revision up to H."""

from tests.support.rush import rush


def test_a_puller_never_steps_over_a_revision_that_commits_later(server):
    """One process with many threads; ``test_workers`` does the same with several processes."""
    rush(server)
