"""Defects that somebody might make, each planted where it would be made.

``python -m tests.attacks plants`` runs the tests that have to notice, one process a defect. As a
plugin of pytest this module plants the one that ``DOORSTEP_PLANT`` names.
"""

import os
import ssl
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from requests.adapters import HTTPAdapter

from desktop.services import tries
from desktop.services.exports import files, reports, sheets
from sync.server import (
    backup,
    deps,
    incoming,
    kept_heads,
    many,
    request_book,
    scopes,
    sealed_audit,
    shutting,
    sqlite,
)
from sync.server.column_key import ColumnKey
from sync.server.grants import Grants
from sync.server.request_book import RequestBook
from sync.server.signatures import Standing
from sync.store import database, header, keychain, lease, outbox, quick
from sync.store.edit_journal import EditJournal
from sync.wire import transport
from sync.wire.signing import Signed

COMPUTED = "tests/server/test_computed_numbers.py::test_nobody_computes_a_number_from_a_copy"
DATABASE = "tests/store/test_database.py::"
REPORTS = "tests/desktop/services/test_reports.py::"
REQUEST_BOOK = "tests/server/test_request_book.py::"
SEALED = "tests/server/test_sealed_columns.py::"
SEALED_FILES = "tests/server/test_sealed_files.py::"
SIGNATURES = "tests/server/test_signatures.py::"
TRANSPORT = "tests/wire/test_transport.py::"


@dataclass(frozen=True)
class Plant:
    """A defect, and the test that has to fail with it."""

    name: str
    test: str
    plant: Callable[[], None]


def _pragma(name: str, value: str, answer: str) -> Callable[[], None]:
    def plant() -> None:
        pragmas: Any = tuple(
            (name, value, answer) if one[0] == name else one for one in database._PRAGMAS
        )
        database._PRAGMAS = pragmas  # type: ignore[misc]
        database._synced = lambda connection, synchronous: nullcontext()  # type: ignore[assignment]

    return plant


def _no_key() -> None:
    def prepare(connection: Any, digits: str) -> None:
        for name, wanted, _ in database._PRAGMAS:
            connection.execute(f"PRAGMA {name}={wanted}").fetchall()

    database._prepare = prepare


def _no_verifying() -> None:
    def tls(ca_file: str) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    transport._tls = tls
    transport._Adapter.cert_verify = lambda self, conn, *_: setattr(  # type: ignore[method-assign]
        conn, "cert_reqs", "CERT_NONE"
    )


def _follows_redirects() -> None:
    plain = HTTPAdapter.send

    def send(self: Any, request: Any, *arguments: Any, **options: Any) -> Any:
        response = plain(self, request, *arguments, **options)
        if "Location" in response.headers:
            request.url = response.headers["Location"]
            response = plain(self, request, *arguments, **options)
        return response

    HTTPAdapter.send = send  # type: ignore[method-assign]


def _trusts_environment() -> None:
    plain = transport.HttpTransport.__init__

    def begin(self: Any, link: transport.Link, **options: Any) -> None:
        proxy = link.proxy or os.environ.get("http_proxy", "")
        plain(self, replace(link, proxy=proxy), **options)

    transport.HttpTransport.__init__ = begin  # type: ignore[method-assign]


def _no_scope_check() -> None:
    Grants.may_hold = lambda self, scope_id: True  # type: ignore[method-assign]


def _dropped_acknowledgement() -> None:
    outbox.receive = lambda connection, outcomes: None


def _no_journal() -> None:
    EditJournal._append = lambda self, record: None  # type: ignore[method-assign]


def _any_keychain() -> None:
    plain = ("keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring")
    keychain._ALLOWED = dict.fromkeys(keychain._ALLOWED, plain)  # type: ignore[misc]
    keychain._backend = lambda name: object()


def _endless_lease() -> None:
    plain = lease._spent

    def spent(found: Any, seconds: float, seen: str, **_: Any) -> Any:
        return plain(found, 0.0, seen, may_end=False)

    lease._spent = spent


def _unbound_header() -> None:
    header._bound = lambda told: b""


def _marks_that_bind_nothing() -> None:
    sealed_audit.mark_after = lambda key, before, line: sealed_audit.START


def _kept_over_a_cut() -> None:
    kept_heads._is_in = lambda connection, head: True


def _endless_body() -> None:
    deps.MOST_BODY_BYTES = 1 << 40  # type: ignore[misc]


def _no_waiting() -> None:
    tries._wait_after = lambda count: timedelta()


def _any_signature() -> None:
    Signed.fits = lambda self, public, token, method, path: True  # type: ignore[method-assign]


def _uncounted_requests() -> None:
    request_book.standing_of = lambda seen, count, mark: Standing.FRESH  # type: ignore[attr-defined]


def _uncompared_requests() -> None:
    request_book.is_forked = lambda seen, others: False  # type: ignore[attr-defined]


def _requests_written_one_by_one() -> None:
    take = RequestBook.take

    def written(self: RequestBook, caller: Any, signed: Any) -> Any:
        told = take(self, caller, signed)
        self.write()
        return told

    RequestBook.take = written  # type: ignore[method-assign]


def _formulas() -> None:
    sheets.plain_cell = lambda text: text


def _open_sheets() -> None:
    files.sealed_sheet = lambda content, password: content


def _endless_exports() -> None:
    reports.Reports.allowance = lambda self: reports.Allowance(1 << 20, 0)  # type: ignore[method-assign]


def _unchained_looks() -> None:
    scopes.record_looks = lambda *_: None


def _endless_digits() -> None:
    quick.after_a_wrong_code = lambda found: found


def _plain_numbers() -> None:
    ColumnKey.seal = lambda self, text: text  # type: ignore[method-assign]


def _servers_file_in_plain() -> None:
    sqlite.unlock = lambda connection, key: None


def _backups_in_plain() -> None:
    plain = backup.file_engine  # type: ignore[attr-defined]
    backup.file_engine = lambda file, key, *, writes: plain(  # type: ignore[attr-defined]
        file, None, writes=writes
    )


def _freed_in_plain() -> None:
    shutting._wipe = lambda old: None


def _bare_hashes() -> None:
    ColumnKey.seal_hashes = lambda self, hashes: list(hashes)  # type: ignore[method-assign]


def _plain_ends() -> None:
    ColumnKey.seal_tails = lambda self, text: text  # type: ignore[method-assign]


def _plain_secret() -> None:
    ColumnKey.seal_secret = lambda self, secret: secret.hex()  # type: ignore[method-assign]


def _bare_names() -> None:
    incoming.label_of = lambda key, digest: incoming.bare_label_of(digest)


def _lines_past_their_columns() -> None:
    many._as_stored = lambda key, table, names, lines: list(lines)


def _no_rights() -> None:
    Grants.may_write = lambda self, scope_id, type_: True  # type: ignore[method-assign]


def _input_in_files() -> None:
    plain = database._prepare

    def prepare(connection: Any, digits: str) -> None:
        plain(connection, digits)
        trace = Path(tempfile.gettempdir(), "trace")

        def write_down(said: str) -> None:
            with trace.open("a", encoding="utf-8") as file:
                file.write(said)

        connection.set_trace_callback(write_down)

    database._prepare = prepare


PLANTS = (
    Plant(
        "commits that a power cut takes (NORMAL)",
        f"{DATABASE}test_every_connection_is_set_up_for_durability_and_secrecy",
        _pragma("synchronous", "NORMAL", "1"),
    ),
    Plant(
        "sorting in files",
        f"{DATABASE}test_every_connection_is_set_up_for_durability_and_secrecy",
        _pragma("temp_store", "FILE", "1"),
    ),
    Plant(
        "deleting without wiping",
        f"{DATABASE}test_a_scope_that_was_taken_back_leaves_nothing_in_the_decrypted_pages",
        _pragma("secure_delete", "OFF", "0"),
    ),
    Plant(
        "a store without its key",
        f"{DATABASE}test_nothing_a_resident_said_is_readable_on_the_disk",
        _no_key,
    ),
    Plant(
        "certificates that nobody verifies",
        f"{TRANSPORT}TestCertificates::test_an_unknown_authority_is_refused",
        _no_verifying,
    ),
    Plant(
        "redirects that are followed",
        f"{TRANSPORT}test_a_redirect_is_not_followed",
        _follows_redirects,
    ),
    Plant(
        "proxies and tokens of the environment",
        f"{TRANSPORT}test_the_environment_changes_nothing",
        _trusts_environment,
    ),
    Plant(
        "a scope that nobody checks",
        "tests/server/test_wire.py::test_a_foreign_rows_history_is_as_unknown_as_none_at_all",
        _no_scope_check,
    ),
    Plant(
        "an acknowledgement that is dropped",
        "tests/store/test_receipts.py::test_an_edit_is_shown_until_the_servers_row_has_it",
        _dropped_acknowledgement,
    ),
    Plant(
        "savings that the journal misses",
        "tests/store/test_edit_journal.py::TestADamagedStore"
        "::test_commits_that_a_bit_took_out_of_the_log_come_back",
        _no_journal,
    ),
    Plant(
        "a keychain that is a plain file",
        "tests/store/test_factors.py::TestWithoutAKeychain::test_a_plain_file_is_no_keychain",
        _any_keychain,
    ),
    Plant(
        "a lease without an end",
        "tests/store/test_lease.py::test_it_lasts_its_days_and_not_longer",
        _endless_lease,
    ),
    Plant(
        "a key header that can be changed",
        "tests/store/test_factors.py::test_nothing_else_in_it_can_be_changed",
        _unbound_header,
    ),
    Plant(
        "an audit whose marks bind nothing",
        "tests/server/test_audit_chain.py::test_nothing_that_is_done_to_it_goes_unseen",
        _marks_that_bind_nothing,
    ),
    Plant(
        "a head that is kept over a cut",
        "tests/server/test_audit_chain.py::"
        "test_a_file_elsewhere_grows_by_each_head_and_tells_of_a_cut",
        _kept_over_a_cut,
    ),
    Plant(
        "bodies without an end",
        "tests/server/test_wire.py::test_a_body_without_end_is_cut_off_while_it_comes_in",
        _endless_body,
    ),
    Plant(
        "signatures that nobody looks at",
        f"{SIGNATURES}test_a_copied_token_is_worth_nothing_without_the_key",
        _any_signature,
    ),
    Plant(
        "requests that nobody counts",
        f"{SIGNATURES}test_a_number_that_comes_again_suspends_the_computer",
        _uncounted_requests,
    ),
    Plant(
        "requests that two processes count and nobody compares",
        f"{REQUEST_BOOK}test_two_processes_find_it_out_when_they_have_written",
        _uncompared_requests,
    ),
    Plant(
        "requests that wait for whoever writes",
        f"{REQUEST_BOOK}test_who_reads_writes_nothing_and_waits_for_nobody_who_writes",
        _requests_written_one_by_one,
    ),
    Plant(
        "cells that are formulas",
        f"{REPORTS}test_nobody_is_named_and_nothing_delicate_leaves",
        _formulas,
    ),
    Plant(
        "a server's file without its key",
        f"{SEALED_FILES}test_no_name_and_no_note_stands_in_the_file_or_its_log",
        _servers_file_in_plain,
    ),
    Plant(
        "backups without the server's key",
        f"{SEALED_FILES}test_no_name_and_no_note_stands_in_a_backup",
        _backups_in_plain,
    ),
    Plant(
        "a file in plain that is freed and not wiped",
        f"{SEALED_FILES}test_what_the_disk_frees_is_wiped",
        _freed_in_plain,
    ),
    Plant(
        "exports that open without a password",
        f"{REPORTS}test_it_opens_with_its_password_alone",
        _open_sheets,
    ),
    Plant(
        "exports without an end",
        f"{REPORTS}test_more_than_a_day_may_take_is_refused_whole",
        _endless_exports,
    ),
    Plant(
        "looks that the audit does not hear of",
        "tests/server/test_audit_chain.py::"
        "test_a_look_without_a_line_stands_in_it_once_the_laptop_tells",
        _unchained_looks,
    ),
    Plant(
        "six digits that are tried without an end",
        "tests/store/test_quick.py::"
        "test_a_wrong_one_costs_a_try_and_after_five_it_takes_the_password",
        _endless_digits,
    ),
    Plant(
        "ID numbers that nobody seals",
        f"{SEALED}test_no_number_stands_in_store_log_snapshot_or_backup",
        _plain_numbers,
    ),
    Plant(
        "lines that go past the seal of their columns",
        f"{SEALED}test_no_number_stands_in_store_log_snapshot_or_backup",
        _lines_past_their_columns,
    ),
    Plant("hashes that are stored as they are", COMPUTED, _bare_hashes),
    Plant("last four signs of a number in plain", COMPUTED, _plain_ends),
    Plant("the server's secret beside what it proves", COMPUTED, _plain_secret),
    Plant("operations that are named by a bare hash", COMPUTED, _bare_names),
    Plant(
        "operations whose author's rights nobody checks",
        "tests/attacks/test_shares.py::test_no_forged_operation_takes_hold",
        _no_rights,
    ),
    Plant(
        "statements that are written into a file",
        "tests/attacks/test_shares.py::test_no_name_and_no_number_stands_in_any_file",
        _input_in_files,
    ),
    Plant(
        "passwords that are tried without a pause",
        "tests/desktop/services/test_tries.py::test_the_wait_grows_and_has_an_end",
        _no_waiting,
    ),
)


def pytest_configure() -> None:
    """Plant the one that was asked for, before any test is looked at."""
    wanted = os.environ.get("DOORSTEP_PLANT", "")
    for one in PLANTS:
        if one.name == wanted:
            one.plant()
