"""The conditions of a question set: the subset of XLSForm's expressions that it may use.

::

    expression = conjunction { "or" conjunction }
    conjunction = comparison { "and" comparison }
    comparison = value [ ("=" | "!=" | "<" | "<=" | ">" | ">=") value ]
    value      = number | text | "." | "${" name "}" | "(" expression ")" | function
    function   = "not" "(" expression ")" | "selected" "(" value "," value ")"
               | "count-selected" "(" value ")" | "string-length" "(" value ")"
               | "true" "(" ")" | "false" "(" ")" | "today" "(" ")"

A text stands in ' or ", a number is written like 12 or -1.5. The quotes, brackets, commas and signs
that a Chinese keyboard types count as their narrow ones. ``.`` is the answer itself. An unanswered
question reads as ''. Numbers compare as numbers and days as days; where either side is neither,
``<`` and its kin are false.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

Answer = str | int | list[str]
"""A text, day or choice; a whole number; several choices."""

Result = str | float | bool | list[str]

SELF: Final = "."
MOST_CHARACTERS: Final = 2_000
_DEEPEST: Final = 40

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<name>\$\{\s*(?P<question>[^\s{}]+)\s*\})
    |(?P<number>\d+(?:\.\d+)?|-\d+(?:\.\d+)?)
    |(?P<text>'[^']*'|"[^"]*"|[“”][^“”]*[“”]|[‘’][^‘’]*[‘’])
    |(?P<sign><=|>=|!=|[=<>(),.])
    |(?P<word>[A-Za-z][A-Za-z-]*)
    )""",
    re.VERBOSE,
)
_NARROW: Final = str.maketrans("（），＝＜＞！｛｝＄．", "(),=<>!{}$.")
_COMPARING: Final = ("=", "!=", "<", "<=", ">", ">=")
_ARGUMENTS: Final[Mapping[str, int]] = {
    "not": 1,
    "selected": 2,
    "count-selected": 1,
    "string-length": 1,
    "true": 0,
    "false": 0,
    "today": 0,
}


class ExpressionWrong(ValueError):
    """An expression outside of the grammar. ``near`` is where it went wrong, as it was typed."""

    def __init__(self, near: str) -> None:
        super().__init__(near)
        self.near = near


@dataclass(frozen=True)
class Scene:
    """What an expression is asked about: the answers so far, the one it is about, the day."""

    answers: Mapping[str, Answer] = field(repr=False)
    today: date
    own: Answer = field(default="", repr=False)


@dataclass(frozen=True)
class Node:
    """One part of an expression.

    ``kind`` is a comparing sign, ``and``, ``or``, a function's name, ``.``, ``name`` (a question's
    answer), ``number`` or ``text``; ``value`` is the name, number or text of the last three.
    """

    kind: str
    parts: tuple["Node", ...] = ()
    value: str | float = ""


def parse(source: str) -> Node:
    """Read one expression. Raises :class:`ExpressionWrong`."""
    if len(source) > MOST_CHARACTERS:
        raise ExpressionWrong(source[:20])
    reader = _Reader(list(_tokens(source)))
    node = reader.expression()
    reader.end()
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def references_of(node: Node) -> Iterator[str]:
    """The questions that an expression asks about."""
    return (str(part.value) for part in walk(node) if part.kind == "name")


def holds(node: Node, scene: Scene) -> bool:
    """Whether the expression is true."""
    return _truth(_value(node, scene))


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token; blanks end nothing but words."""
    at, text = 0, _narrowed(source)
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise ExpressionWrong(source[at : at + 20].strip())
        at = found.end()
        if found["name"]:
            yield "name", found["question"]
        elif found["text"]:
            yield "text", source[found.start("text") + 1 : found.end("text") - 1]
        else:
            kind = next(kind for kind in ("number", "sign", "word") if found[kind])
            yield kind, found[kind]


def _narrowed(source: str) -> str:
    """One character for one, so that places stay what they are."""
    return source.translate(_NARROW)


class _Reader:
    """Reads the grammar from the left, one token ahead."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def expression(self) -> Node:
        return self._joined("or", lambda: self._joined("and", self._comparison))

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise ExpressionWrong(self._tokens[self._at][1])

    def _joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._takes("word", word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Node(word, tuple(parts))

    def _comparison(self) -> Node:
        left = self._operand()
        for sign in _COMPARING:
            if self._takes("sign", sign):
                return Node(sign, (left, self._operand()))
        return left

    def _operand(self) -> Node:
        kind, text = self._next()
        match kind:
            case "number":
                return Node("number", value=float(text))
            case "text" | "name":
                return Node(kind, value=text)
            case "word" if text in _ARGUMENTS:
                return self._function(text)
            case "sign" if text == SELF:
                return Node(SELF)
            case "sign" if text == "(":
                return self._inside()
        raise ExpressionWrong(text)

    def _function(self, name: str) -> Node:
        if not self._takes("sign", "("):
            raise ExpressionWrong(name)
        parts: list[Node] = []
        for number in range(_ARGUMENTS[name]):
            if number and not self._takes("sign", ","):
                raise ExpressionWrong(name)
            parts.append(self._deeper())
        if not self._takes("sign", ")"):
            raise ExpressionWrong(name)
        return Node(name, tuple(parts))

    def _inside(self) -> Node:
        node = self._deeper()
        if not self._takes("sign", ")"):
            raise ExpressionWrong("(")
        return node

    def _deeper(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionWrong("(")
        node = self.expression()
        self._depth -= 1
        return node

    def _takes(self, kind: str, text: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == (kind, text)
        self._at += found
        return found

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise ExpressionWrong(self._tokens[-1][1] if self._tokens else "")
        self._at += 1
        return self._tokens[self._at - 1]


def _value(node: Node, scene: Scene) -> Result:
    match node.kind:
        case "number" | "text":
            return node.value
        case "name":
            return scene.answers.get(str(node.value), "")
        case ".":
            return scene.own
        case "or":
            return any(holds(part, scene) for part in node.parts)
        case "and":
            return all(holds(part, scene) for part in node.parts)
    values = [_value(part, scene) for part in node.parts]
    return _compared(node.kind, values) if node.kind in _COMPARING else _called(node, values, scene)


def _called(node: Node, values: list[Result], scene: Scene) -> Result:
    match node.kind:
        case "not":
            return not _truth(values[0])
        case "selected":
            return _text(values[1]) in _chosen(values[0])
        case "count-selected":
            return float(len(_chosen(values[0])))
        case "string-length":
            return float(len(_text(values[0])))
        case "today":
            return scene.today.isoformat()
    return node.kind == "true"


def _compared(sign: str, values: list[Result]) -> bool:
    left, right = values
    if sign in ("=", "!="):
        return _same(left, right) == (sign == "=")
    pair = _ordered(left, right)
    if pair is None:
        return False
    below, level = pair[0] < pair[1], pair[0] == pair[1]
    return {"<": below, "<=": below or level, ">": not below and not level, ">=": not below}[sign]


def _same(left: Result, right: Result) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth(left) == _truth(right)
    if isinstance(left, int | float) or isinstance(right, int | float):
        first, second = _number(left), _number(right)
        return first is not None and first == second
    return _text(left) == _text(right)


def _ordered(left: Result, right: Result) -> tuple[float, float] | None:
    """Both sides as numbers, or both as days; ``None`` where they are neither."""
    for read in (_number, _day):
        first, second = read(left), read(right)
        if first is not None and second is not None:
            return first, second
    return None


def _number(value: Result) -> float | None:
    if isinstance(value, list):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _day(value: Result) -> float | None:
    try:
        return float(date.fromisoformat(_text(value)).toordinal())
    except ValueError:
        return None


def _chosen(value: Result) -> list[str]:
    return value if isinstance(value, list) else _text(value).split()


def _text(value: Result) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return " ".join(value)
    return str(value)


def _truth(value: Result) -> bool:
    return bool(value)
