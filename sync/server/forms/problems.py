"""What can be wrong with a form, in words that name the cell and say what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from sync.errors import DoorstepError
from sync.i18n import N_, _


class FormRefused(DoorstepError):
    """The form has mistakes; nothing of it was stored. ``problems`` names each one's cell."""

    code = "form.refused"
    message = N_("The form has mistakes in {count} places. Nothing was changed.")

    def __init__(self, problems: Sequence["FormProblem"]) -> None:
        super().__init__(count=sum(one.stops for one in problems))
        self.problems = tuple(problems)


class ProblemKind(NamedTuple):
    """What is wrong, how to mend it, and whether the form cannot be used like this."""

    what: str
    mend: str
    stops: bool = True


_CONDITION: Final = N_(
    "Name questions in braces after a dollar sign, and texts in quotes; join with and, or, not."
)
_SHORTER: Final = N_("Make it shorter.")

KINDS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {
        "sheet.missing": ProblemKind(
            N_("There is no sheet called {name}."),
            N_("Add it, or give the sheet this name. Hidden sheets do not count."),
        ),
        "sheet.hidden": ProblemKind(
            N_("This sheet is hidden and was passed over."),
            N_("If it belongs to the form, show it in the spreadsheet program."),
            stops=False,
        ),
        "sheet.other": ProblemKind(
            N_("This sheet was passed over."),
            N_("A form has the sheets survey, choices and settings."),
            stops=False,
        ),
        "column.missing": ProblemKind(
            N_("The column {name} is missing."), N_("Write {name} into the first row.")
        ),
        "column.twice": ProblemKind(
            N_("The column {name} stands here twice."), N_("Keep one of the two.")
        ),
        "column.unused": ProblemKind(
            N_("The column {name} was passed over."),
            N_("It changes nothing here; it may stay."),
            stops=False,
        ),
        "column.unsupported": ProblemKind(
            N_("The column {name} is not supported, and the form would be another one without it."),
            N_("Empty this column, and write relevant or constraint instead."),
        ),
        "form.empty": ProblemKind(
            N_("The form asks nothing."), N_("Write a question in each row.")
        ),
        "form.too_many": ProblemKind(
            N_("The form has more than {most} questions."), N_("Make two campaigns of it.")
        ),
        "form.too_large": ProblemKind(
            N_("The form is larger than {most} KB."), N_("Shorten labels and hints.")
        ),
        "type.missing": ProblemKind(
            N_("The row has no type."),
            N_("Use text, integer, date, select_one LIST or select_multiple LIST."),
        ),
        "type.unknown": ProblemKind(
            N_("“{name}” is no kind of question here."),
            N_("Use text, integer, date, select_one LIST or select_multiple LIST."),
        ),
        "type.group": ProblemKind(
            N_("Groups and repeats are not supported."),
            N_("Delete the row, and write its relevant into each question of the group."),
        ),
        "type.other": ProblemKind(
            N_("or_other is not supported."),
            N_("Add a choice for it, and a text question with its relevant."),
        ),
        "type.meta": ProblemKind(
            N_("“{name}” was passed over: who answered, when and where is recorded anyway."),
            N_("The row may stay."),
            stops=False,
        ),
        "list.missing": ProblemKind(
            N_("The type names no list of choices."), N_("Write it like select_one yes_no.")
        ),
        "list.unknown": ProblemKind(
            N_("The sheet choices has no list “{name}”."),
            N_("Correct the name, or add the list to the sheet choices."),
        ),
        "list.too_many": ProblemKind(
            N_("The list “{name}” has more than {most} choices."), N_("Ask with a text question.")
        ),
        "name.missing": ProblemKind(
            N_("The row has no name."), N_("Give it a short name without blanks.")
        ),
        "name.wrong": ProblemKind(
            N_("“{name}” cannot be a name."),
            N_("Begin with a letter; letters, digits, _ and - may follow, no blanks."),
        ),
        "name.twice": ProblemKind(
            N_("Row {other} has the same name."), N_("Give each its own name.")
        ),
        "label.missing": ProblemKind(
            N_("There is no text to show."), N_("Fill in the label, in one language at least.")
        ),
        "label.language": ProblemKind(
            N_("The text is missing in one language; the other one is shown."),
            N_("Fill it in where colleagues read that language."),
            stops=False,
        ),
        "text.long": ProblemKind(N_("This text has more than {most} characters."), _SHORTER),
        "required.unknown": ProblemKind(
            N_("Whether an answer is required is not readable."), N_("Write yes or no.")
        ),
        "expression.wrong": ProblemKind(
            N_("The condition is not readable near “{near}”."), _CONDITION
        ),
        "expression.unknown": ProblemKind(
            N_("There is no question “{name}”."), N_("Correct the name in the braces.")
        ),
        "expression.later": ProblemKind(
            N_("The condition asks for “{name}”, which comes later."),
            N_("Move that question above this one."),
        ),
        "expression.own": ProblemKind(
            N_("A relevant cannot ask for its own answer with a point."),
            N_("Write constraint for that, or name another question."),
        ),
        "expression.choice": ProblemKind(
            N_("“{name}” is no choice of “{question}”."),
            N_("Use the name of one of its choices, not the label."),
        ),
        "expression.selected": ProblemKind(
            N_("“{name}” may have several answers, which = does not compare."),
            N_("Ask with selected, the question and the choice in its brackets."),
        ),
        "expression.no_choices": ProblemKind(
            N_("“{name}” has no choices, so selected asks nothing."),
            N_("Compare it with = instead."),
        ),
        "choice.list": ProblemKind(
            N_("The row names no list."), N_("Fill in the column list_name.")
        ),
        "choice.blank": ProblemKind(
            N_("“{name}” has a blank."), N_("Write names of choices without blanks.")
        ),
        "settings.form_id": ProblemKind(
            N_("“{name}” cannot be the form_id."),
            N_("Begin with a letter; letters, digits, _ and - may follow, no blanks."),
        ),
        "door.unknown": ProblemKind(
            N_("No household lives behind the door that this cell names."),
            N_("Write the room like 6-2-1602, with its estate before it where several have it."),
        ),
        "door.several": ProblemKind(
            N_("Several households answer to this cell."),
            N_("Write the estate before the room, like 丰和苑/6-2-1602, or the household's id."),
        ),
        "change.question": ProblemKind(
            N_("The question “{name}” of the campaign is not in this form any more."),
            N_("Put it back, or give the form another form_id: then it is a campaign of its own."),
        ),
        "change.kind": ProblemKind(
            N_("“{name}” was of the type {kind} before, and may be answered already."),
            N_("Use that type, or give the question another name."),
        ),
        "change.choice": ProblemKind(
            N_("The choice “{name}” of “{question}” is gone, and may be answered already."),
            N_("Put it back; the label may change."),
        ),
    }
)


@dataclass(frozen=True)
class FormProblem:
    """One problem at one place. ``row`` counts from 1 as the spreadsheet shows it, ``column`` is
    its letter. A whole row has no column, a whole sheet no row (0)."""

    sheet: str
    row: int
    column: str
    code: str
    details: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether the form cannot be used like this."""
        return KINDS[self.code].stops

    @property
    def what(self) -> str:
        """What is wrong, in the language in use."""
        return _(KINDS[self.code].what).format(**self.details)

    @property
    def mend(self) -> str:
        """How to mend it, in the language in use."""
        return _(KINDS[self.code].mend).format(**self.details)

    def document(self) -> dict[str, str | int]:
        """The problem as scripts read it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "what": self.what,
            "mend": self.mend,
        }
