"""The user's `break` back from the flag that the IR has for it.

if q < 0:                         printed      if q < 0:
    stopped = True                                 break
else:                                          total += q
    total += q
    stopped = False
if stopped:
    break
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from symdiff.backend.rows import Printed, Region, Row
from symdiff.backend.tree import Expr, Text
from symdiff.ir.nodes import Block, For, If, Var, While


def is_flag(loop: For | While, counts: Counter[str]) -> bool:
    """Whether a loop's `stop` is only set by the last statement of its body."""
    stop = loop.stop
    return isinstance(stop, Var) and _is_set(loop.body, stop, counts)


def _is_set(block: Block, flag: Var, counts: Counter[str]) -> bool:
    last = block[-1] if block else None
    if not isinstance(last, If) or counts[flag.name] != 1:
        return False
    for phi in last.phis:
        if phi.out == flag:
            arms = (last.then, phi.first), (last.orelse, phi.second)
            return all(
                _is_set(arm, value, counts)
                if isinstance(value, Var)
                else value.value in (True, False)
                for arm, value in arms
            )
    return False


def restore(body: list[Printed], flag: str) -> list[Printed]:
    """Leave the loop where the flag is set; the body ends in `if flag: break`."""
    name = Text(flag)
    at = len(body) - 2
    while at >= 0 and isinstance(body[at], Row):
        at -= 1
    last = body[at] if at >= 0 else None
    if not isinstance(last, Region) or last.keyword != "if":
        return body
    tail = body[at + 1 : -1]
    found = _arms(last, name, tail)
    return body if found is None else [*body[:at], *found, *tail]


def _arms(region: Region, flag: Expr, tail: list[Printed]) -> list[Printed] | None:
    """An `if` that sets the flag at the end of both arms, with `break`s instead."""
    then = _arm(region.body, flag, tail)
    orelse = _arm(region.orelse, flag, tail)
    if then is None or orelse is None or not then:
        return None
    if _leaves(then):
        return [replace(region, body=then, orelse=[]), *orelse]
    return [replace(region, body=then, orelse=orelse)]


def _arm(rows: list[Printed], flag: Expr, tail: list[Printed]) -> list[Printed] | None:
    match rows:
        case [*before, Row(target=target, value=Text(text="True"))] if target == flag:
            return [*before, *tail, Row(Text("break"))]
        case [*before, Row(target=target, value=Text(text="False"))] if target == flag:
            return before
        case [*before, Region(keyword="if") as inner]:
            found = _arms(inner, flag, tail)
            return None if found is None else [*before, *found]
    return None


def _leaves(rows: list[Printed]) -> bool:
    """Whether every way through the rows ends in `break`."""
    match rows:
        case [*_, Row(value=Text(text="break"))]:
            return True
        case [*_, Region(keyword="if", body=body, orelse=orelse)]:
            return _leaves(body) and _leaves(orelse)
    return False
