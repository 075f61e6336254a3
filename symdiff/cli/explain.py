"""`symdiff explain`: one rule, or one error code, in full."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict

from symdiff.cli.failures import MISSING, OK, Failure
from symdiff.cli.names import find, nearest
from symdiff.cli.ops import as_json, kind, signature
from symdiff.frontend.codes import CODES
from symdiff.rules.registry import Case, Rule


def run(args: argparse.Namespace) -> int:
    """Print what is known of a function (`np.tanh`) or of a code (`SD012`)."""
    if re.fullmatch(r"SD\d+", args.subject, re.IGNORECASE):
        return _code(args, args.subject.upper())
    import symdiff.rules  # noqa: F401  (fills the table)

    entry = find(args.subject)
    if entry is None:
        near = nearest(args.subject)
        help = f"there is {', '.join(near)}" if near else "`symdiff ops` lists them"
        raise Failure(MISSING, f"symdiff has no rule for {args.subject!r}", help)
    if args.json:
        print(json.dumps({"schema": 1, "operation": as_json(entry)}, indent=2))
    else:
        print("\n".join(_rule(entry)))
    return OK


def _rule(entry: Rule) -> list[str]:
    rows = [f"{entry.op}({signature(entry.params)})  [{kind(entry)}]"]
    if entry.aliases:
        rows.append(f"  also: {', '.join(entry.aliases)}")
    if entry.formula:
        rows.append(f"  formula: {entry.formula}")
    if entry.constant:
        rows.append("  every derivative is zero")
    for case in entry.cases:
        rows += _case(case, several=len(entry.cases) > 1)
    if entry.make is not None:
        rows.append("  written call by call, from the constants of the call")
    if entry.note:
        rows.append(f"  note: {entry.note}")
    return [*rows, *_derivation(entry)]


def _derivation(entry: Rule) -> list[str]:
    """Show the partials that sympy derives from the formula, if it knows them."""
    if not entry.formula or not entry.elementwise:
        return []
    try:
        from symdiff.rules.derive import derive

        found = derive(entry.formula, [p.name for p in entry.params if not p.fixed])
    except (ImportError, ValueError, SyntaxError):
        return []
    return [f"  sympy: d/d{name} {entry.formula} = {d}" for name, d in found.items()]


def _case(case: Case, several: bool) -> list[str]:
    rows = []
    if case.when:
        rows.append(f"  where {case.when}:")
    elif several:
        rows.append("  otherwise:")
    for operand, template in case.adjoint.items():
        rows += _template(f"{operand}_bar", template)
    return [*rows, *_template("out_dot", case.dot)] if case.dot else rows


def _template(name: str, template: str) -> list[str]:
    """Show `name = expression`; a template of several lines goes below its name."""
    lines = template.strip("\n").splitlines()
    if len(lines) == 1:
        return [f"    {name} = {lines[0].strip()}"]
    return [f"    {name}:", *(f"        {line}" for line in lines)]


def _code(args: argparse.Namespace, code: str) -> int:
    if code not in CODES:
        first, last = min(CODES), max(CODES)
        raise Failure(MISSING, f"there is no error {code}", f"{first} to {last} exist")
    page = CODES[code]
    if args.json:
        print(json.dumps({"schema": 1, "explanation": asdict(page)}, indent=2))
    else:
        print(f"{code}: {page}")
    return OK
