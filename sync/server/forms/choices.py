"""The sheet ``choices``: lists of choices by their name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sync.rules.questions import ChoiceOf
from sync.server.forms.problems import FormProblem
from sync.server.forms.table import Line, Table, unused

MOST_CHOICES: Final = 200
LONGEST_LABEL: Final = 500
_KNOWN: Final = ("list_name", "name")


@dataclass(frozen=True)
class PlacedChoice:
    """A choice and the row that tells of it."""

    choice: ChoiceOf
    row: int


Lists = Mapping[str, tuple[PlacedChoice, ...]]
"""The lists by name, each in the order of its rows."""


def read_choices(table: Table) -> tuple[Lists, list[FormProblem]]:
    """All lists, and what is wrong with them."""
    problems = list(unused(table, _KNOWN, ()))
    problems += [
        FormProblem(table.name, 1, "", "column.missing", {"name": name})
        for name in (*_KNOWN, "label")
        if not table.has(name)
    ]
    lists: dict[str, list[PlacedChoice]] = {}
    for line in table.lines if not problems or all(not one.stops for one in problems) else ():
        found, wrong = _choice(table, line, lists)
        problems += wrong
        if found is not None:
            lists.setdefault(table.text(line, "list_name"), []).append(found)
    return {name: tuple(listed) for name, listed in lists.items()}, problems


def _choice(
    table: Table, line: Line, lists: Mapping[str, list[PlacedChoice]]
) -> tuple[PlacedChoice | None, list[FormProblem]]:
    list_name, name = table.text(line, "list_name"), table.text(line, "name")
    label = table.words(line, "label")
    problems = []
    if not list_name:
        problems.append(table.problem(line, "list_name", "choice.list"))
    if not name:
        problems.append(table.problem(line, "name", "name.missing"))
    elif len(name.split()) > 1:
        problems.append(table.problem(line, "name", "choice.blank", name=name))
    twin = next((one for one in lists.get(list_name, ()) if one.choice.name == name), None)
    if name and twin is not None:
        problems.append(table.problem(line, "name", "name.twice", other=twin.row))
    problems += label_problems(table, line, label)
    if any(one.stops for one in problems):
        return None, problems
    return PlacedChoice(ChoiceOf(name, label), line.number), problems


def label_problems(table: Table, line: Line, label: Mapping[str, str]) -> list[FormProblem]:
    """What is wrong with the text that people read."""
    if not label:
        return [table.problem(line, "label", "label.missing")]
    problems = [
        FormProblem(
            table.name,
            line.number,
            table.letter("label", language),
            "text.long",
            {"most": LONGEST_LABEL},
        )
        for language, text in label.items()
        if len(text) > LONGEST_LABEL
    ]
    named = [language for column, language in table.columns if column == "label" and language]
    missing = [language for language in named if language not in label]
    if missing and label:
        letter = table.letter("label", missing[0])
        problems.append(FormProblem(table.name, line.number, letter, "label.language"))
    return problems
