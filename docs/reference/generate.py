"""Write the generated pages of this folder, and the errors in the limitations.

Run `python docs/reference/generate.py` after a change; the tests hold the pages
against what the code says.
"""

import re
from collections.abc import Callable
from pathlib import Path

from symdiff.cli.ops import entries, kind
from symdiff.errors import SymdiffError
from symdiff.frontend.codes import CODES
from symdiff.options import Options
from symdiff.pipeline import compile_text
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


PAIR = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def limitations(page: str) -> str:
    """Write below each function of the page the error that it gives."""

    def fill(pair: re.Match[str]) -> str:
        said = error_of(pair[1])
        return f"```python\n{pair[1]}```\n\n```text\n{said}\n```"

    return PAIR.sub(fill, page)


def error_of(text: str) -> str:
    """Return what compiling the last function of a text raises."""
    name = re.findall(r"^def (\w+)", text, re.MULTILINE)[-1]
    try:
        compile_text(text, "model.py", name, Options(), {})
    except SymdiffError as error:
        return str(error)
    raise SystemExit(f"no limitation:\n{text}")


PAGES: dict[str, Callable[[], str]] = {"errors.md": errors, "operations.md": operations}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (Path(__file__).parent / name).write_text(write())
    place = Path(__file__).parent.parent / "limitations.md"
    place.write_text(limitations(place.read_text()))
