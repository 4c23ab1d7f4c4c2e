"""A disk that fills up, by the store's own limit."""

from sync.store.database import Database


def limit_pages(found: Database, spare: int) -> None:
    """Let the file grow by ``spare`` pages only, as a disk that is filling up does."""
    raw = found._writer.raw_connection()
    used = raw.cursor().execute("PRAGMA page_count").fetchone()[0]
    raw.cursor().execute(f"PRAGMA max_page_count={used + spare}")
    raw.close()
