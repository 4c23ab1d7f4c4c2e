"""Looking for what commonly goes wrong on a computer, and saying how to mend it."""
