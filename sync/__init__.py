"""What travels between a laptop and the server, and how both ends keep it safe.

Read ``sync/README.md`` for the protocol in prose.
"""

__version__ = "0.1.0"
