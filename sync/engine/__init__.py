"""One sync session as named, resumable steps.

``plan`` decides what comes next from facts alone; ``session`` does it. The engine keeps facts in
the store and no position of its own, so it may be killed at any step.
"""
