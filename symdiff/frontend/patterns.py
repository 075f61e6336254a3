"""`match` → the chain of `if`s that says the same.

match kind:                        if kind == 0 or kind == 1:
    case 0 | 1:                        y = x
        y = x               →      elif kind > 3:
    case k if k > 3:                   k = kind
        y = k * x                      y = k * x
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import libcst as cst

from symdiff.frontend.assign import assign
from symdiff.frontend.branches import decide, fork, short_circuit
from symdiff.frontend.builtin import known_call
from symdiff.frontend.comparisons import compare
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.join import Arm
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, getitem
from symdiff.frontend.records import get_entry, has_key, known_items
from symdiff.frontend.values import BAD, Bad, Dict, Items, Listed, Plain, Ref, Value
from symdiff.ir.nodes import UNDEF, Atom, Const
from symdiff.ir.types import Array, List, Opaque, Scalar, Tuple, Type

Test = bool | Atom
Take = Callable[[], Value]


@dataclass(eq=False)
class _Names:
    """The names that a pattern binds once it has matched, each with its value."""

    found: list[tuple[cst.BaseExpression, Take]] = field(default_factory=list)

    def bind(self, frame: Frame, node: cst.CSTNode) -> None:
        """Bind them; a second time there are none left."""
        for target, take in self.found:
            assign(frame, target, take(), node)
        self.found.clear()


def lower_match(
    frame: Frame, node: cst.Match, rest: Sequence[cst.CSTNode] = ()
) -> bool:
    """Lower a `match`; true if the `rest` of the statements was lowered with it."""
    subject = frame.engine.evaluate(frame, node.subject)
    if isinstance(subject, Bad):
        refuse_in_silence(frame, node)
        return False
    return _cases(frame, node, subject, deque(node.cases), rest)


def refuse_in_silence(frame: Frame, node: cst.Match) -> None:
    """Lower every case once, for its findings, where the subject was refused."""
    before = frame.state
    for case in node.cases:
        with frame.block(before.copy()):
            frame.engine.suite(frame, case.body)
    frame.state = before


def _cases(
    frame: Frame,
    node: cst.Match,
    subject: Value,
    cases: deque[cst.MatchCase],
    rest: Sequence[cst.CSTNode],
) -> bool:
    """Lower the cases in turn; those that surely do not match are left out."""
    test: Test = False
    names = _Names()
    while test is False:
        if not cases:
            return False
        case, names = cases.popleft(), _Names()
        test = _holds(frame, subject, case, names)

    def body() -> None:
        names.bind(frame, case)
        frame.engine.suite(frame, case.body)

    def others() -> None:
        _cases(frame, node, subject, cases, ())

    return fork(frame, test, body, others, (case, node), rest)


def _holds(frame: Frame, subject: Value, case: cst.MatchCase, names: _Names) -> Test:
    """Whether a case is taken: its pattern, then its guard with what that has bound."""
    test = _match(frame, subject, case.pattern, names)
    if test is True:
        names.bind(frame, case)
    condition = case.guard
    if condition is None:
        return test

    def guard() -> Test:
        names.bind(frame, case)
        return decide(frame, frame.engine.evaluate(frame, condition), condition)

    return _both(frame, test, guard, case)


def _both(
    frame: Frame, first: Test, make: Callable[[], Test], node: cst.CSTNode
) -> Test:
    """`first and second`, the second lowered where the first holds."""
    if isinstance(first, bool):
        return make() if first else False
    before = frame.state
    with frame.block(before.copy()) as builder:
        second = make()
        arm = Arm(builder, frame.state)
    if second is True and not builder.stmts and arm.state.names == before.names:
        frame.state = before
        return first
    last = plain(Const(second) if isinstance(second, bool) else second)
    both = short_circuit(frame, before, first, plain(first), arm, last, True, node)
    return decide(frame, both, node)


# ---- patterns


def _match(
    frame: Frame, subject: Value, pattern: cst.MatchPattern, names: _Names
) -> Test:
    """Whether a value matches, and what the pattern then binds."""
    match pattern:
        case cst.MatchAs(pattern=inner, name=name):
            test = True if inner is None else _match(frame, subject, inner, names)
            if name is not None:
                names.found.append((name, lambda: subject))
            return test
        case cst.MatchValue(value=value) | cst.MatchSingleton(value=value):
            return _equal(frame, subject, pattern, value)
        case cst.MatchOr(patterns=parts):
            return _either(frame, subject, [part.pattern for part in parts], names)
        case cst.MatchTuple(patterns=parts) | cst.MatchList(patterns=parts):
            return _sequence(frame, subject, pattern, parts, names)
        case cst.MatchMapping():
            return _mapping(frame, subject, pattern, names)
        case cst.MatchClass():
            return _instance(frame, subject, pattern, names)
    return _unknown(frame, pattern)


def _unknown(frame: Frame, pattern: cst.CSTNode, what: str = "this pattern") -> Test:
    frame.report(
        "SD103",
        f"{what} is not supported",
        pattern,
        help="test with `if` and `elif`, or take the value apart beforehand",
    )
    return UNDEF


def _equal(
    frame: Frame, subject: Value, pattern: cst.MatchPattern, value: cst.BaseExpression
) -> Test:
    if not isinstance(subject, Plain | Ref):
        return False
    wanted = frame.engine.evaluate(frame, value)
    single = isinstance(pattern, cst.MatchSingleton)
    how: cst.BaseCompOp = cst.Is() if single else cst.Equal()
    return decide(frame, compare(frame, subject, wanted, how, pattern), pattern)


def _either(
    frame: Frame,
    subject: Value,
    parts: Sequence[cst.MatchPattern],
    names: _Names,
) -> Test:
    """`a | b`: patterns that bind something must be decided beforehand."""
    found: list[Atom] = []
    for part in parts:
        own = _Names()
        test = _match(frame, subject, part, own)
        if test is True and not found:
            names.found += own.found
            return True
        if own.found and test is not False:
            return _unknown(frame, part, "a name in one of several patterns")
        if not isinstance(test, bool):
            found.append(test)
        elif test:
            found.append(Const(True))
    if not found:
        return False
    both = plain(found[0])
    for other in found[1:]:
        joined = apply(frame, "logical_or", [both, plain(other)], parts[0])
        both = joined if isinstance(joined, Plain) else plain(UNDEF)
    return decide(frame, both, parts[0])


def _sequence(
    frame: Frame,
    subject: Value,
    pattern: cst.MatchPattern,
    parts: Sequence[cst.MatchSequenceElement | cst.MatchStar],
    names: _Names,
) -> Test:
    """`(a, b)` and `[a, *rest]`: the length first, then item by item."""
    stars = [i for i, part in enumerate(parts) if isinstance(part, cst.MatchStar)]
    least = len(parts) - len(stars)
    fits = _has_length(frame, subject, pattern, least, bool(stars))

    def items() -> Test:
        test: Test = True
        for at, part in enumerate(parts):
            take = _taker(frame, subject, at, parts, stars, pattern)
            if isinstance(part, cst.MatchStar):
                if part.name is not None:
                    names.found.append((part.name, take))
                continue
            inner = part.value
            if isinstance(inner, cst.MatchAs) and inner.pattern is None:
                if inner.name is not None:
                    names.found.append((inner.name, take))
                continue

            def rest(inner: cst.MatchPattern = inner, take: Take = take) -> Test:
                return _match(frame, take(), inner, names)

            test = _both(frame, test, rest, pattern)
        return test

    return _both(frame, fits, items, pattern)


def _has_length(
    frame: Frame, subject: Value, pattern: cst.CSTNode, least: int, more: bool
) -> Test:
    """Whether a value is a sequence with so many items."""
    known = None if isinstance(subject, Dict) else known_items(frame, subject)
    count: int | None = len(known) if known is not None else None
    if known is None:
        if not isinstance(subject, Plain | Ref):
            return False
        type = type_of(atom_of(frame, subject, pattern))
        if isinstance(type, Scalar | Array | Opaque):
            return False
        if not isinstance(type, List | Tuple):
            return _unknown(frame, pattern, "a sequence pattern of an unknown value")
        count = _count(type)
    if count is not None:
        return count >= least if more else count == least
    length = apply(frame, "builtins.len", [subject], pattern)
    op = "ge" if more else "eq"
    return decide(frame, apply(frame, op, [length, _int(least)], pattern), pattern)


def _count(type: Type) -> int | None:
    if isinstance(type, Tuple):
        return len(type.items)
    found = type.length if isinstance(type, List) else None
    return found if isinstance(found, int) else None


def _int(value: int) -> Plain:
    return Plain(Const(value))


def _taker(
    frame: Frame,
    subject: Value,
    at: int,
    parts: Sequence[cst.CSTNode],
    stars: Sequence[int],
    node: cst.CSTNode,
) -> Take:
    """What the item at a place of the pattern stands for."""
    behind = at - len(parts)
    index: object = at
    if stars and at == stars[0]:
        index = slice(at, behind + 1 if behind + 1 else None)
    elif stars and at > stars[0]:
        index = behind

    def take() -> Value:
        if isinstance(subject, Listed):
            return BAD
        found = getitem(frame, subject, Const(index), node)
        if isinstance(index, slice):
            # What the star takes is a list, also out of a tuple.
            items = list(found.items) if isinstance(found, Items) else None
            op = "builtins.list" if items is None else "list"
            return apply(frame, op, [found] if items is None else items, node)
        return found

    return take


def _mapping(
    frame: Frame, subject: Value, pattern: cst.MatchMapping, names: _Names
) -> Test:
    """`{"kind": "a", "x": x}` of a dict whose keys are known."""
    if not isinstance(subject, Dict):
        return _unknown(frame, pattern, "a mapping pattern of an unknown value")
    if pattern.rest is not None:
        return _unknown(frame, pattern, "`**` in a pattern")
    test: Test = True
    for element in pattern.elements:
        key = frame.engine.evaluate(frame, element.key)
        if not has_key(frame, subject, key) or not isinstance(key, Plain):
            return False
        value = get_entry(frame, subject, key.atom, element)

        def rest(
            value: Value = value, inner: cst.MatchPattern = element.pattern
        ) -> Test:
            return _match(frame, value, inner, names)

        test = _both(frame, test, rest, pattern)
    return test


def _instance(
    frame: Frame, subject: Value, pattern: cst.MatchClass, names: _Names
) -> Test:
    """`float()` and `int(n)`: the type of the value."""
    cls = frame.engine.evaluate(frame, pattern.cls)
    if pattern.kwds or len(pattern.patterns) > 1:
        return _unknown(frame, pattern, "a pattern of attributes")
    call = cst.Call(cst.Name("isinstance"))
    found = known_call(frame, "builtins.isinstance", [subject, cls], {}, call)
    if found is None:
        found = apply(frame, "builtins.isinstance", [subject, cls], pattern)
    test = decide(frame, found, pattern)
    if not pattern.patterns:
        return test
    inner = pattern.patterns[0].value
    return _both(frame, test, lambda: _match(frame, subject, inner, names), pattern)
