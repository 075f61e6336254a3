"""`symdiff ops`: every operation that has a derivative rule."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from symdiff.cli.failures import MISSING, OK, Failure
from symdiff.cli.names import LANGUAGE, find, is_number
from symdiff.rules.registry import RULES, Rule


def run(args: argparse.Namespace) -> int:
    """Print the table, its JSON form, or how much of a list it covers."""
    import symdiff.rules  # noqa: F401  (fills the table)

    if args.coverage:
        return _coverage(args)
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
    """List the records by name, each one once."""
    return [RULES[name] for name in sorted(RULES) if RULES[name].op == name]


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
    try:
        with Path(args.coverage).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        wanted = [(row["name"], row["tier"]) for row in rows]
    except OSError as error:
        raise Failure(MISSING, f"cannot read {args.coverage}: {error}") from error
    except KeyError as error:
        message = f"{args.coverage} has no column {error}"
        raise Failure(MISSING, message, "it needs the columns name and tier") from error
    tiers: dict[str, dict[str, list[str]]] = {}
    for name, tier in wanted:
        groups = tiers.setdefault(tier, {"supported": [], "missing": []})
        groups["supported" if _supported(name) else "missing"].append(name)
    if args.json:
        print(json.dumps({"schema": 1, "coverage": tiers}, indent=2, sort_keys=True))
        return OK
    for tier, groups in sorted(tiers.items()):
        have, lack = groups["supported"], groups["missing"]
        print(f"tier {tier}: {len(have)} of {len(have) + len(lack)}")
        for name in lack:
            print(f"  missing {name}")
    return OK


def _supported(name: str) -> bool:
    return name in LANGUAGE or find(name) is not None or is_number(name)
