"""How a command ends: exit codes, and every exception as a message."""

from __future__ import annotations

import json
import platform
import sys
from typing import Any

from symdiff.cli.color import Paint
from symdiff.cli.diagnostics import as_json, render_all
from symdiff.errors import SourceError, UnsupportedError, UsageError

OK, NEGATIVE, USAGE, UNSUPPORTED, MISSING, INTERNAL, INTERRUPT = 0, 1, 2, 3, 4, 70, 130

EXIT_CODES = """\
exit codes: 0 done; 1 negative answer (--check: stale; check: mismatch); 2 usage;
3 not differentiable or not supported; 4 target missing or not valid Python;
70 a bug in symdiff; 130 interrupted"""


class Failure(Exception):
    """A command cannot go on: an exit code, one sentence and a way out."""

    def __init__(self, exit_code: int, message: str, help: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.help = help


def exit_code(error: BaseException) -> int:
    """Map an exception to the exit code of its kind."""
    match error:
        case Failure():
            return error.exit_code
        case UnsupportedError():
            return UNSUPPORTED
        case SourceError():
            return MISSING
        case UsageError():
            return USAGE
        case KeyboardInterrupt():
            return INTERRUPT
    return INTERNAL


def explain_failure(error: BaseException, paint: Paint) -> str:
    """Write an exception for a person."""
    match error:
        case UnsupportedError():
            return render_all(error.diagnostics, paint)
        case Failure() | SourceError() | UsageError():
            rows = [f"{paint('error', 'error')}: {error}"]
            if isinstance(error, Failure) and error.help:
                rows.append(f"{paint('help', 'help')}: {error.help}")
            return "\n".join(rows)
        case KeyboardInterrupt():
            return "interrupted"
    return f"{paint('error', 'internal error')}: {_issue(error)}"


def failure_as_json(error: BaseException) -> str:
    """Write an exception as a JSON document; `errors` lists all findings."""
    errors: list[dict[str, Any]]
    if isinstance(error, UnsupportedError):
        errors = [as_json(finding) for finding in error.diagnostics]
    else:
        help = error.help if isinstance(error, Failure) else ""
        message = str(error) or type(error).__name__
        errors = [{"code": None, "message": message, "span": None, "help": help}]
    document = {"schema": 1, "error": errors[0], "errors": errors}
    return json.dumps(document, indent=2)


def _issue(error: BaseException) -> str:
    """Write what an issue on a bug should say."""
    import numpy

    from symdiff import __version__

    return (
        f"{type(error).__name__}: {error}\n"
        "This is a bug in symdiff. Please report it with the function, the command,\n"
        "what it prints with --debug, and these versions:\n"
        f"  symdiff {__version__}, Python {platform.python_version()}, "
        f"NumPy {numpy.__version__}, {sys.platform}"
    )
