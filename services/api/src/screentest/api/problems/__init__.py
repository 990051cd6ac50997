"""Every error the api answers with, as RFC 9457 problems: one class each, with a stable type.

Pure: knows no web framework and no database. `problem_json` turns them into answers.
"""

from screentest.api.problems.problem import PROBLEMS, Problem

__all__ = ["PROBLEMS", "Problem"]
