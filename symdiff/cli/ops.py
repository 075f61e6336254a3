"""`symdiff ops`: every operation that has a derivative rule."""

from __future__ import annotations

import argparse
import json
from typing import Any

from symdiff.cli import coverage
from symdiff.cli.failures import OK
from symdiff.rules.registry import RULES, Param, Rule


def run(args: argparse.Namespace) -> int:
    """Print the table, its JSON form, a page of it, or how much of a list it covers."""
    import symdiff.rules  # noqa: F401  (fills the table)

    if args.coverage:
        return _coverage(args)
    if args.page:
        print(page(), end="")
        return OK
    if args.json:
        rules = [as_json(entry) for entry in entries()]
        print(json.dumps({"schema": 1, "operations": rules}, indent=2))
        return OK
    rows = [(entry.op, kind(entry), entry.formula or entry.note) for entry in entries()]
    width = max((len(op) for op, _, _ in rows), default=0)
    for op, what, note in rows:
        print(f"{op:<{width}}  {what:<11}  {note}".rstrip())
    return OK


def entries() -> list[Rule]:
    """List symdiff's own records by name, each one once."""
    found = (RULES[name] for name in sorted(RULES) if RULES[name].op == name)
    return [entry for entry in found if entry.user is None]


def kind(entry: Rule) -> str:
    """Say in a word what sort of rule it is."""
    if entry.constant:
        return "constant"
    return "elementwise" if entry.elementwise else "rule"


def as_json(entry: Rule) -> dict[str, Any]:
    """Return a record as plain data."""
    return {
        "op": entry.op,
        "kind": kind(entry),
        "params": [f"*{p.name}" if p.star else p.name for p in entry.params],
        "operands": list(entry.operands),
        "aliases": list(entry.aliases),
        "formula": entry.formula,
        "cases": [
            {"when": case.when, "adjoint": dict(case.adjoint), "dot": case.dot}
            for case in entry.cases
        ],
        "note": entry.note,
    }


def _coverage(args: argparse.Namespace) -> int:
    """Hold the table against a CSV with the columns `name` and `tier`."""
    found = coverage.rows(args.coverage)
    if args.json:
        document = {"schema": 1, "coverage": coverage.document(found)}
        print(json.dumps(document, indent=2, sort_keys=True))
        return OK
    print("\n".join(coverage.text(found)))
    return OK


# ---- the page of the documentation

HEAD = """\
# The derivative of each operation

<!-- written by `symdiff ops --page > docs/reference/ops.md`: do not edit -->

`x_bar` is the cotangent of the operand `x` and `out_bar` that of the result; in
forward mode `out_dot` is made of `x_dot`. A contribution to a broadcast operand is
summed to its shape. What stands after the semicolon of a signature may be given with
that value only; any other keyword is refused.
"""


def page() -> str:
    """Return the page that lists every rule, by module."""
    groups: dict[str, list[Rule]] = {}
    for entry in entries():
        groups.setdefault(entry.op.rpartition(".")[0], []).append(entry)
    parts = [HEAD]
    for module in sorted(groups):
        parts.append(f"\n## {module or 'Operators and helpers'}\n")
        constants = [e for e in groups[module] if e.constant]
        parts += [section(e) for e in groups[module] if not e.constant]
        if constants:
            names = ", ".join(f"`{e.op.rpartition('.')[2]}`" for e in constants)
            parts.append(f"\nConstant, with the derivative 0: {names}.\n")
    return "".join(parts)


def section(entry: Rule) -> str:
    """Return one rule as a heading, its remarks and its templates."""
    short = entry.op.rpartition(".")[2]
    lines = ["", f"### `{short}({signature(entry.params)})`", ""]
    remarks = [f"`{entry.formula}`"] if entry.formula else []
    remarks += [entry.note] if entry.note else []
    remarks += [f"also {', '.join(f'`{a}`' for a in entry.aliases)}"] * bool(
        entry.aliases
    )
    if entry.make is not None and not entry.cases:
        remarks.append("written call by call, from the constants of the call")
    lines += [f"{'; '.join(remarks)}.", ""] if remarks else []
    shown = entry.cases[:1]
    for case in shown:
        lines.append("```text")
        lines += [f"# where {case.when}"] if case.when else []
        for operand, template in case.adjoint.items():
            lines += assigned(f"{operand}_bar", template)
        lines += assigned("out_dot", case.dot) if case.dot else []
        lines.append("```")
    more = len(entry.cases) - len(shown)
    if more > 0:
        cases = "one more case" if more == 1 else f"{more} more cases"
        lines += ["", f"And {cases}: `symdiff explain {entry.op}`."]
    return "\n".join(lines) + "\n"


def assigned(name: str, template: str) -> list[str]:
    """Write a template as lines whose last one assigns its value."""
    *before, last = template.strip("\n").splitlines()
    return [*before, f"{name} = {last.strip()}"]


def signature(params: tuple[Param, ...]) -> str:
    """Write parameters as the declarations do: fixed ones after a semicolon."""
    free: list[str] = []
    fixed: list[str] = []
    starred = False
    for p in params:
        if p.star:
            free.append(f"*{p.name}")
            starred = True
            continue
        if p.keyword and not p.fixed and not starred:
            free.append("*")
            starred = True
        word = p.name if repr(p.default) == "<required>" else f"{p.name}={p.default!r}"
        (fixed if p.fixed else free).append(word)
    return ", ".join(free) + (f"; {', '.join(fixed)}" if fixed else "")
