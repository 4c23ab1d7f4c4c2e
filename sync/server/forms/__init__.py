"""Question sets as staff write them: a spreadsheet in the XLSForm subset (``README.md`` beside
this file), read into :class:`~sync.rules.questions.QuestionSet`, with every problem named by
sheet, row and column. No database here.

``pyxform``, the usual reader of such files, turns them into XForms for an XForm engine to run and
checks expressions with a Java program; neither is on a grid worker's laptop, so the subset and its
conditions are read here and run by ``sync/rules/expressions.py``.
"""

from sync.server.forms.changes import kept_from
from sync.server.forms.problems import FormProblem, FormRefused
from sync.server.forms.reading import Form, read_form

__all__ = ["Form", "FormProblem", "FormRefused", "kept_from", "read_form"]
