"""Run many random programs and sum up: `python tests/property/fuzz.py --count 2000`.

The failures are shrunk and written, one after the other, to a file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from judge import Verdict, judge
from sample import Sample, expected, sample
from scope import DEFAULT, OPTIONAL
from shrink import shrink
from stages import locate


def choose_features(text: str) -> frozenset[str]:
    """Features from `all`, `a,b` (only these), or `+a,-b` (changes of the default)."""
    words = [w for w in text.split(",") if w]
    if words == ["all"]:
        return DEFAULT | OPTIONAL
    plain = frozenset(w for w in words if w[0] not in "+-")
    plus = frozenset(w[1:] for w in words if w[0] == "+")
    minus = frozenset(w[1:] for w in words if w[0] == "-")
    unknown = (plain | plus | minus) - DEFAULT - OPTIONAL
    if unknown:
        raise SystemExit(f"unknown features {sorted(unknown)}")
    return ((plain or DEFAULT) | plus) - minus


def same_fault(found: Sample, verdict: Verdict, source: str) -> bool:
    """Whether a changed program still runs and fails as before."""
    try:
        again = expected(replace(found.program, source=source))
    except Exception:
        return False
    if again is None:
        return False
    new = judge(again)
    return (new.kind, new.group) == (verdict.kind, verdict.group)


def report(found: Sample, verdict: Verdict, seconds: float) -> str:
    """A failure as a text: the shrunk program, its arguments, and what is wrong."""
    source = shrink(
        found.program.source, lambda text: same_fault(found, verdict, text), seconds
    )
    again = expected(replace(found.program, source=source))
    detail = judge(again).detail if again is not None else verdict.detail
    stage = locate(again) if again is not None else ""
    rows = [f"{'=' * 20} seed {found.program.seed}: {verdict.kind} {verdict.group}"]
    rows += [source, f"args = {found.program.args}", f"stage: {stage}", detail]
    return "\n".join(rows) + "\n"


def run(
    seeds: range, features: frozenset[str], size: int
) -> Iterator[tuple[Sample, Verdict]]:
    """Judge the program of each seed."""
    for seed in seeds:
        found = sample(seed, features, size)
        yield found, judge(found)


def main(argv: list[str] | None = None) -> int:
    """Fuzz from the command line; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument("--features", type=choose_features, default=DEFAULT)
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures.txt"))
    parser.add_argument("--each", type=int, default=2, help="reports for each group")
    parser.add_argument(
        "--shrink", type=int, default=300, help="programs to try for one"
    )
    parser.add_argument("--refused", action="store_true", help="print refused programs")
    options = parser.parse_args(argv)
    start, counts, groups = time.perf_counter(), Counter[str](), Counter[str]()
    seeds = range(options.seed, options.seed + options.count)
    with options.out.open("w") as out:
        for found, verdict in run(seeds, options.features, options.size):
            counts[verdict.kind] += 1
            name = f"{verdict.kind}: {verdict.group}"
            groups[name] += 1
            if verdict.bad and groups[name] <= options.each:
                out.write(report(found, verdict, options.shrink))
                out.flush()
            if options.refused and verdict.kind == "refused":
                print(f"seed {found.program.seed}: {verdict.detail}")
    for name, count in sorted(groups.items(), key=lambda item: (item[0][:4], -item[1])):
        print(f"{count:6}  {name}")
    total = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    print(f"{total} of {options.count} in {time.perf_counter() - start:.0f} s")
    return int(bool(counts["wrong"] or counts["crash"]))


if __name__ == "__main__":
    sys.exit(main())
