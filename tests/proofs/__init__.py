"""The long runs of the security paper, by one command that may be stopped and taken up again."""
