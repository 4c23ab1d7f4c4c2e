"""Where this computer stands: what it holds, what waits, when it last reached the server."""

from typing import Any

from desktop.services.leasing import locks_within, said_within
from desktop.services.overview import said_moment
from desktop.services.workplace import Workplace
from sync.i18n import N_, _
from sync.store.lease import Lease


def status_document(place: Workplace) -> dict[str, Any]:
    """The facts, as scripts read them. Holds nothing about residents."""
    counts = place.store.reading.counts(rows=True)
    scopes = place.store.reading.scopes()
    return {
        "profile": place.folder.name,
        "server": place.store.account.server,
        "user": place.store.account.user.login,
        "posts": list(place.store.account.user.posts),
        "community": place.store.account.user.community_id,
        "client": place.store.account.client_id,
        "scopes": {
            scope.scope_id: {
                "cursor": scope.cursor,
                "head": scope.head,
                "digest": scope.digest,
                "epoch": scope.epoch,
                "ready": scope.ready,
                "waiting": scope.waiting,
            }
            for scope in scopes
        },
        "pending": counts.waiting,
        "conflicts": counts.conflicts,
        "held": counts.held,
        "kept": counts.kept,
        "differing": sorted(place.store.facts.differing()),
        "rows": dict(counts.rows),
        "last_success": place.store.facts.last_sync().at,
        "lease": _lease_document(place.store.lease.lease),
        "store_bytes": place.folder.store_file.stat().st_size,
    }


def _lease_document(lease: Lease | None) -> dict[str, Any] | None:
    if lease is None:
        return None
    return {"days": lease.days, "left_s": int(lease.left.total_seconds())}


def status_lines(place: Workplace) -> list[str]:
    """The same for people, one fact a line."""
    facts = status_document(place)
    told = {
        N_("Profile: {profile}"): {"profile": facts["profile"]},
        N_("Server: {server}"): {"server": facts["server"]},
        N_("Households on this computer: {count}"): {"count": facts["rows"].get("household", 0)},
        N_("Waiting to be sent: {count}"): {"count": facts["pending"]},
        N_("To decide: {count}"): {"count": facts["conflicts"]},
        N_("Kept aside by the server: {count}"): {"count": facts["held"]},
        N_("Last sync: {when}"): {"when": said_moment(place, facts["last_success"]) or _("never")},
    }
    lines = [_(text).format(**values) for text, values in told.items()]
    if facts["kept"]:
        lines.append(_("Sent, and kept here until the office's backup: {kept}").format(**facts))
    if days := locks_within(place.store, place.folder):
        lines.append(said_within(days))
    if facts["differing"]:
        lines.append(_("One part of the ledger differs from the server's. Tell IT; go on working."))
    return lines
