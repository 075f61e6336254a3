"""Records that go from a forward function straight to its backward function.

    y, saved = f_fwd(x)
    ...
    x_bar = f_bwd(x, saved, y_bar)

Nobody else reads `saved`, so `f_bwd` may take what it needs off the tapes in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symdiff.backend.sharing import Summary
from symdiff.ir.edit import reads
from symdiff.ir.nodes import Block, Call, Function, Program, Var, blocks


@dataclass(frozen=True, slots=True)
class Record:
    """The position of a function's parameter, and the functions that it comes from."""

    position: int
    makers: frozenset[str]


def records(program: Program) -> dict[str, Record]:
    """The functions that are given a record at every call which nobody else reads."""
    calls = [
        (call, passed)
        for function in program.functions
        for call, passed in _calls(function)
    ]
    found: dict[str, Record | None] = {}
    for call, passed in calls:
        here = Record(*passed) if passed is not None else None
        before = found.setdefault(call.function, here)
        if before is not None and here is not None:
            same = before.position == here.position
            both = Record(before.position, before.makers | here.makers)
            found[call.function] = both if same else None
        else:
            found[call.function] = None
    return {name: record for name, record in found.items() if record is not None}


def _calls(
    function: Function,
) -> Iterator[tuple[Call, tuple[int, frozenset[str]] | None]]:
    """Every call, and which argument is a record that is made in the same block."""
    uses = Counter(reads(function.body))
    todo: list[Block] = [function.body]
    while todo:
        made: dict[Var, str] = {}
        for stmt in todo.pop():
            todo += blocks(stmt)
            if not isinstance(stmt, Call):
                continue
            yield stmt, _passed(stmt, made, uses)
            if len(stmt.outs) == 2:
                made[stmt.outs[1]] = stmt.function


def _passed(
    call: Call, made: Mapping[Var, str], uses: Counter[Var]
) -> tuple[int, frozenset[str]] | None:
    found = [
        (n, made[a])
        for n, a in enumerate(call.args)
        if isinstance(a, Var) and a in made and uses[a] == 1
    ]
    if len(found) != 1:
        return None
    position, maker = found[0]
    return position, frozenset({maker})


def used_up_by(
    function: Function,
    known: Mapping[str, Record],
    summaries: Mapping[str, Summary],
) -> frozenset[str]:
    """The parameter of a function that it may use up."""
    record = known.get(function.name)
    if record is None:
        return frozenset()
    found = [summaries.get(maker) for maker in record.makers]
    if not all(s is not None and s.apart for s in found):
        return frozenset()
    return frozenset({function.params[record.position].name})
