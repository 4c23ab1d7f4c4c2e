"""SQL that is compiled once for a whole run, and the shortest way from there to the database.

SQLAlchemy prepares each execution anew, which was nearly a quarter of a simulated step. The
same driver gets the same text and the same values on the short way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import cursor as cursors
from sqlalchemy.engine.interfaces import ExecuteStyle
from sqlalchemy.engine.util import TransactionalContext
from sqlalchemy.sql.compiler import WARN_LINTING
from sqlalchemy.sql.elements import ClauseElement

from sync.store.store import Store

_MISSING: Any = object()


class Compiled:
    """The compiled statements of one kind of engine, lent to all that follow the first."""

    def __init__(self) -> None:
        self._first: Any = None

    def lend(self, engines: Iterable[Any]) -> None:
        """Let these engines, which have connected once, use what the first one compiled."""
        for engine in engines:
            self._first = self._first or engine
            # A statement's place in the cache names the dialect, so both go together.
            engine.dialect = self._first.dialect
            engine._compiled_cache = self._first._compiled_cache

    def lend_store(self, store: Store) -> None:
        """The same for both engines of a laptop's store."""
        self.lend((store.database._writer, store.database._readers))


@contextmanager
def remembered() -> Iterator[None]:
    """A statement that is made once keeps what it was compiled to, and how it is executed.

    Looking it up in an engine's cache hashes all of the statement each time.
    """
    look_up, long_way = ClauseElement._compile_w_cache, Connection._execute_clauseelement

    def compiled(self: Any, dialect: Any, **named: Any) -> Any:
        kept = _kept(self, "_compiled")
        key = (dialect, tuple(named["column_keys"]), named.get("for_executemany", False))
        if key not in kept:
            kept[key] = look_up(self, dialect, **named)
        return kept[key]

    def execute(self: Any, statement: Any, given: Any, options: Any) -> Any:
        if options or statement._execution_options:
            return long_way(self, statement, given, options)
        prepared = _prepared(self, statement, given)
        rows = prepared.rows(given)
        if rows is None:
            return long_way(self, statement, given, options)
        return prepared.go(self, statement, rows)

    patched: tuple[Any, Any] = (ClauseElement, Connection)
    patched[0]._compile_w_cache, patched[1]._execute_clauseelement = compiled, execute
    try:
        yield
    finally:
        patched[0]._compile_w_cache, patched[1]._execute_clauseelement = look_up, long_way


def _prepared(connection: Any, statement: Any, given: Sequence[Mapping[str, Any]]) -> "_Prepared":
    """This statement for values of these names: it is looked up once."""
    kept = _kept(statement, "_prepared")
    names = tuple(given[0]) if given else ()
    key = (connection.dialect, names, len(given) > 1)
    if key not in kept:
        found = statement._compile_w_cache(
            dialect=connection.dialect,
            compiled_cache=connection.engine._compiled_cache,
            column_keys=sorted(names),
            for_executemany=len(given) > 1,
            schema_translate_map=None,
            linting=connection.dialect.compiler_linting | WARN_LINTING,
        )
        kept[key] = _Prepared(_way(found[0]), *found)
    return kept[key]


def _kept(statement: Any, name: str) -> dict[Any, Any]:
    """What a statement keeps under this name."""
    kept: dict[Any, Any] | None = statement.__dict__.get(name)
    if kept is None:
        # A statement that is made from this one does not take over what is memoized.
        statement._set_memoized_attribute(name, kept := {})
    return kept


def _way(compiled: Any) -> "_Way | None":
    """The short way for a compiled text, if there is one."""
    if "_way" not in compiled.__dict__:
        compiled._way = _Way(compiled) if _is_plain(compiled) else None
    way: _Way | None = compiled._way
    return way


def _is_plain(compiled: Any) -> bool:
    """Whether only values are left to put in."""
    return bool(compiled.positional and not compiled.is_ddl) and not (
        compiled.literal_execute_params
        or compiled.post_compile_params
        or compiled.schema_translate_map
        or compiled.has_out_parameters
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or compiled.effective_returning
        or compiled.postfetch_lastrowid
        or compiled._insertmanyvalues
        or any(bind.callable for bind in compiled.bind_names)
    )


class _Way:
    """Where each value of a compiled text is found, and what all its executions have in common."""

    def __init__(self, compiled: Any) -> None:
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self.text = compiled.string
        self.reads = not (compiled.isinsert or compiled.isupdate or compiled.isdelete)
        self.reads = self.reads and not compiled.isplaintext
        self.facts = {
            "compiled": compiled,
            "unicode_statement": compiled.string,
            "statement": compiled.string,
            "isinsert": compiled.isinsert,
            "isupdate": compiled.isupdate,
            "isdelete": compiled.isdelete,
            "is_crud": compiled.isinsert or compiled.isupdate or compiled.isdelete,
            "is_text": compiled.isplaintext,
            "result_column_struct": (
                compiled._result_columns,
                compiled._ordered_columns,
                compiled._textual_ordered_columns,
                compiled._ad_hoc_textual,
                compiled._loose_column_name_matching,
            ),
        }
        self.places = [
            (name, binds[name], compiled._bind_processors.get(name))
            for name in compiled.positiontup
        ]

    def of(self, compiled: Any, extracted: Sequence[Any] | None) -> list[tuple[Any, ...]]:
        """Name, second name, own value and processor of each place in one statement."""
        own = {}
        if extracted:
            match, _ = compiled._cache_key_bind_match
            for original, here in zip(compiled.cache_key[1], extracted, strict=True):
                own |= dict.fromkeys(match[original], here)
        return [
            (bind.key, name, _MISSING if bind.required else own.get(bind, bind).value, processor)
            for name, bind, processor in self.places
        ]


class _Prepared:
    """One statement on its way, if that is short."""

    def __init__(
        self, way: _Way | None, compiled: Any, extracted: Any, collected: Any, hit: Any
    ) -> None:
        self._way = None if collected else way
        if self._way is not None:
            self._places = self._way.of(compiled, extracted)
            self._facts = {**self._way.facts, "extracted_parameters": extracted, "cache_hit": hit}

    def rows(self, given: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]] | None:
        """What stands in each place, row by row; nothing where the long way has to look."""
        if self._way is None:
            return None
        rows = [self._row(each) for each in given or ({},)]
        return None if None in rows else rows  # type: ignore[return-value]

    def _row(self, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
        row = []
        for key, name, own, processor in self._places:
            value = given[key] if key in given else given.get(name, own)
            if value is _MISSING:
                return None
            row.append(value if processor is None else processor(value))
        return tuple(row)

    def go(self, connection: Any, statement: Any, rows: list[tuple[Any, ...]]) -> Any:
        """Execute it, with the result that the long way would have given."""
        assert self._way is not None
        pooled = connection._dbapi_connection or connection._revalidate_connection()
        _look_at_transaction(connection)
        many = len(rows) > 1
        context = self._context(connection, pooled, statement, rows)
        text, cursor, parameters = self._way.text, context.cursor, rows if many else rows[0]
        try:
            if connection._has_events or connection.engine._has_events:
                for hook in connection.dispatch.before_cursor_execute:
                    text, parameters = hook(connection, cursor, text, parameters, context, many)
            (cursor.executemany if many else cursor.execute)(text, parameters)
            if self._way.reads:
                return cursors.CursorResult(context, cursors._DEFAULT_FETCH, cursor.description)
            return context._setup_result_proxy()
        except BaseException as error:  # noqa: BLE001  # As it does on the long way.
            connection._handle_dbapi_exception(error, text, parameters, cursor, context)

    def _context(
        self, connection: Any, pooled: Any, statement: Any, rows: list[tuple[Any, ...]]
    ) -> Any:
        made: Any = connection.dialect.execution_ctx_cls
        context = made.__new__(made)
        context.__dict__.update(self._facts)
        context.root_connection = connection
        context.dialect = connection.dialect
        context.invoked_statement = statement
        context.execution_options = connection._execution_options
        context.parameters = rows
        context._dbapi_connection = pooled
        context.cursor = pooled.dbapi_connection.cursor()
        if len(rows) > 1:
            context.execute_style = ExecuteStyle.EXECUTEMANY
        return context


def _look_at_transaction(connection: Any) -> None:
    """Refuse where the transaction is over, and begin where there is none."""
    begun, nested = connection._transaction, connection._nested_transaction
    if (begun and not begun.is_active) or (nested and not nested.is_active):
        connection._invalid_transaction()
    elif connection._trans_context_manager:
        TransactionalContext._trans_ctx_check(connection)
    if connection._transaction is None:
        connection._autobegin()
