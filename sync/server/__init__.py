"""The server: it settles operations, numbers what changed, and hands it to whoever may hold it.

``scopes`` is the heart (one lock, one revision counter, one digest for each scope), ``pulling``
its other half, ``roles`` says who may hold and write what, ``routes`` only carries bytes.
Rows are kept as the text that travels, so a new field of the schema changes no table here.
"""
