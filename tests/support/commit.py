"""Which commit a long run was of."""

import subprocess


def short_commit() -> str:
    """As git abbreviates it; ``unknown`` outside of a clone."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
