"""What both ends say to each other: messages, their limits, and the way there.

JSON over HTTP. ``messages`` holds every shape, ``transport`` is the only place that speaks HTTP
on the laptop. ``sync/README.md`` tells the protocol in prose.
"""
