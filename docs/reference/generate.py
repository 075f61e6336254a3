"""Write the generated pages of this folder: the errors and the operations.

Run `python docs/reference/generate.py` after a change; a test holds the pages against
what this prints.
"""

from collections.abc import Callable
from pathlib import Path

from symdiff.cli.ops import entries, kind
from symdiff.frontend.codes import CODES
from symdiff.rules.registry import Rule

HEAD = "<!-- written by docs/reference/generate.py: do not edit -->\n"


def errors() -> str:
    """List the error codes with their explanations."""
    rows = [HEAD, "# Errors", ""]
    rows.append("`symdiff explain CODE` prints these as well.")
    for code in sorted(CODES):
        rows += ["", f"## {code}", "", str(CODES[code]).strip()]
    return "\n".join(rows) + "\n"


def operations() -> str:
    """List the operations that have a rule, by module."""
    groups: dict[str, list[Rule]] = {}
    for entry in entries():
        groups.setdefault(entry.op.rpartition(".")[0], []).append(entry)
    rows = [HEAD, "# Operations", ""]
    rows.append("What symdiff differentiates; `symdiff explain NAME` shows the rule.")
    for module, found in sorted(groups.items()):
        rows += [
            "",
            f"## {module or 'Python'}",
            "",
            "| operation | kind |",
            "|---|---|",
        ]
        rows += [f"| `{entry.op}` | {kind(entry)} |" for entry in found]
    return "\n".join(rows) + "\n"


PAGES: dict[str, Callable[[], str]] = {"errors.md": errors, "operations.md": operations}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (Path(__file__).parent / name).write_text(write())
