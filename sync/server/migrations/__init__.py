"""The history of the server's tables, the same on SQLite and PostgreSQL.

A store is made by walking through all revisions, and an older one by walking through the rest, so
both end alike. To change the tables:

1. change ``sync/server/tables.py``;
2. run ``python -m sync.server.migrations "what changes"``: it compares the tables with the newest
   revision and writes the next one under ``versions/``;
3. read and mend it. Data is moved with plain SQL that both databases know; on SQLite
   ``op.batch_alter_table`` rebuilds a table, on PostgreSQL it alters it;
4. run ``pytest tests/server/test_migrations.py``.

From 0020 on texts hold tokens where an ID number stood (``column_key``), and from 0021 on hashes of
what may hold one are sealed: plain SQL moves them as they are, and never compares them with a
number or a hash. A new column with such a hash is a ``SealedHash``.

A revision that once shipped is never changed. There is no way back down: a store is copied before
it is upgraded, and the copy is the way back.
"""
