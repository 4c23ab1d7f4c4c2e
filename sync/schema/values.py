"""Checking and settling a field's value before it is saved: once, at the door."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sync.errors import FieldUnknown, ValueRefused
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, stamp
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES, FieldSpec

DEEPEST_STRUCTURE: Final = 16
LARGEST_NUMBER: Final = 2**53 - 1  # Beyond it JSON readers disagree.

_NOT_TEXT: Final = N_("this must be text")
_TOO_LONG: Final = N_("at most {most} characters")
_BAD_CHARACTER: Final = N_("a character that cannot be stored")
_NOT_A_DAY: Final = N_("write the day as 2026-06-18")
_NOT_A_MOMENT: Final = N_("write the time as 2026-06-18T09:30:00+08:00")
_NOT_A_CHOICE: Final = N_("choose one of {choices}")
_NOT_A_NUMBER: Final = N_("this must be a whole number")
_NOT_A_FLAG: Final = N_("this must be yes or no")
_NOT_WORDS: Final = N_("this must be a list of words")


def spec_of(type_: str, field: str) -> FieldSpec:
    """What ``field`` of an entity declares. Raises :class:`FieldUnknown`, naming the known ones."""
    fields = ENTITIES[type_].fields
    if field not in fields:
        raise FieldUnknown(field=field, known=", ".join(fields))
    return fields[field]


def settled(spec: FieldSpec, value: Any) -> Any:
    """``value`` as it is stored: NFC, trimmed, words sorted, empty as ``None``.

    Raises :class:`ValueRefused` with the field's label and what to write instead.
    """
    if value is None or value == "":
        return None
    return _CHECKS[spec.kind](spec, value)


def settled_fields(type_: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """All ``fields`` of one entity, each as it is stored."""
    return {name: settled(spec_of(type_, name), value) for name, value in fields.items()}


def normal_text(value: str) -> str:
    """Text as it is compared and stored: composed characters, no outer blanks."""
    return unicodedata.normalize("NFC", value).strip()


def same(left: object, right: object) -> bool:
    """True where two values of one field are the same after NFC and trimming."""
    if isinstance(left, str) and isinstance(right, str):
        return normal_text(left) == normal_text(right)
    return left == right or (not left and not right and left != 0 and right != 0)


def _refuse(spec: FieldSpec, what: str, **details: str | int) -> ValueRefused:
    return ValueRefused(field=_(spec.label) or spec.name, what=_(what).format(**details))


def _text(spec: FieldSpec, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _refuse(spec, _NOT_TEXT)
    text = normal_text(value)
    if not _is_storable(text):
        raise _refuse(spec, _BAD_CHARACTER)
    if len(text) > spec.most:
        raise _refuse(spec, _TOO_LONG, most=spec.most)
    return text or None


def _is_storable(text: str) -> bool:
    """PostgreSQL refuses NUL, and a lone surrogate has no UTF-8: both stop where they are typed."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _day(spec: FieldSpec, value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise _refuse(spec, _NOT_A_DAY) from None


def _moment(spec: FieldSpec, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise _refuse(spec, _NOT_A_MOMENT) from None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE))


def _code(spec: FieldSpec, value: Any) -> str:
    if value not in spec.choices:
        raise _refuse(spec, _NOT_A_CHOICE, choices=", ".join(spec.choices))
    return str(value)


def _words(spec: FieldSpec, value: Any) -> list[str] | None:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple | set | frozenset):
        raise _refuse(spec, _NOT_WORDS)
    if not all(isinstance(word, str) for word in value):
        raise _refuse(spec, _NOT_WORDS)
    words = {normal_text(word) for word in value} - {""}
    if not all(map(_is_storable, words)):
        raise _refuse(spec, _BAD_CHARACTER)
    for word in words:
        if spec.choices and word not in spec.choices:
            raise _refuse(spec, _NOT_A_CHOICE, choices=", ".join(spec.choices))
    return sorted(words) or None


def _number(spec: FieldSpec, value: Any) -> int:
    if isinstance(value, bool):
        raise _refuse(spec, _NOT_A_NUMBER)
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise _refuse(spec, _NOT_A_NUMBER) from None
    if abs(number) > LARGEST_NUMBER or number != float(value):
        raise _refuse(spec, _NOT_A_NUMBER)
    if spec.choices and str(number) not in spec.choices:
        raise _refuse(spec, _NOT_A_CHOICE, choices=", ".join(spec.choices))
    return number


def _flag(spec: FieldSpec, value: Any) -> bool | None:
    if isinstance(value, bool):
        return value or None
    if value in ("yes", "true", "1"):
        return True
    if value in ("no", "false", "0"):
        return None
    raise _refuse(spec, _NOT_A_FLAG)


def _structure(spec: FieldSpec, value: Any) -> Any:
    """As it is, if every reader and every store takes it: one bad answer must spoil no lane."""
    if not _holds(value, DEEPEST_STRUCTURE):
        raise _refuse(spec, _BAD_CHARACTER)
    return value


def _holds(value: Any, depth: int) -> bool:
    match value:
        case None | bool():
            return True
        case str():
            return _is_storable(value)
        case int() | float():
            return abs(value) <= LARGEST_NUMBER
        case list() | tuple() if depth:
            return all(_holds(each, depth - 1) for each in value)
        case dict() if depth:
            return all(map(_is_key, value)) and _holds([*value.values()], depth)
    return False


def _is_key(name: object) -> bool:
    return isinstance(name, str) and _is_storable(name)


_CHECKS: Final[Mapping[Kind, Callable[[FieldSpec, Any], Any]]] = {
    Kind.TEXT: _text,
    Kind.REF: _text,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
    Kind.CODE: _code,
    Kind.WORDS: _words,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.JSON: _structure,
}
