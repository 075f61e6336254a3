"""The engine: drives the handlers of expressions, and lowers functions one by one."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import libcst as cst

from symdiff.frontend.body import Given, NotFirstOrder, lower_body
from symdiff.frontend.decorators import check_decorators
from symdiff.frontend.expressions import EXPRESSIONS
from symdiff.frontend.fence import refuse
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import inline
from symdiff.frontend.linkage import emit_call
from symdiff.frontend.memory import materialise
from symdiff.frontend.session import Returned, Session
from symdiff.frontend.source import FunctionText
from symdiff.frontend.statements import lower_statements, lower_suite
from symdiff.frontend.values import BAD, Bad, Items, Known, Plain, Value
from symdiff.ir.lengths import forget
from symdiff.ir.nodes import Const
from symdiff.ir.types import Scalar, Tuple, Type

Handler = Generator[cst.BaseExpression, Value, Value]


@dataclass(eq=False)
class Lowering:
    """The engine of one compilation."""

    session: Session
    count: int = 0

    # ---- expressions and statements

    def evaluate(
        self, frame: Frame, node: cst.BaseExpression, root: bool = False
    ) -> Value:
        """Lower an expression: its handlers wait in a list, not on Python's stack."""
        before, frame.root = frame.root, node if root else None
        try:
            return self._drive(frame, node)
        finally:
            frame.root = before

    def _drive(self, frame: Frame, node: cst.BaseExpression) -> Value:
        waiting = [self._start(frame, node)]
        value: Value | None = None
        while True:
            try:
                inner = waiting[-1].send(value)  # type: ignore[arg-type]
            except StopIteration as done:
                waiting.pop()
                value = done.value
                if not waiting:
                    assert value is not None
                    return value
            else:
                waiting.append(self._start(frame, inner))
                value = None

    def _start(self, frame: Frame, node: cst.BaseExpression) -> Handler:
        handler = EXPRESSIONS.get(type(node))
        return _refused(frame, node) if handler is None else handler(frame, node)

    def suite(self, frame: Frame, body: cst.CSTNode) -> None:
        """Lower a block."""
        lower_suite(frame, body)

    def statements(self, frame: Frame, body: Sequence[cst.CSTNode]) -> None:
        """Lower statements in a row."""
        lower_statements(frame, body)

    # ---- functions

    def call(
        self, frame: Frame, text: FunctionText, values: dict[str, Value], node: Any
    ) -> Value:
        """Lower a call: the function once for these types, then a `Call` of it."""
        given: dict[str, Given] = {}
        arguments: dict[str, Plain] = {}
        decisive = self.session.decisive(text)
        for name, value in values.items():
            static = _static(value, name in decisive)
            if static is not None:
                given[name] = static
                continue
            whole = materialise(frame, value, node)
            if isinstance(whole, Bad):
                return BAD
            arguments[name] = whole
            type = _general(type_of(whole.atom))
            given[name] = forget(type, lambda v: v[0] == "?" or v in values)
        try:
            found = self.function(text, given)
        except NotFirstOrder:
            return inline(frame, text, None, values, node)
        return emit_call(frame, found, values, arguments, node)

    def function(
        self, text: FunctionText, given: Mapping[str, Given], entry: bool = False
    ) -> Returned:
        """Lower a function for given types, once.

        The `entry` gives its result only, not the new values of what it stores into.
        """
        key = (text, tuple((name, _key(value)) for name, value in given.items()))
        found = self.session.functions.get(key)
        if found is None:
            mark = self.session.findings.mark()
            self.count += 1
            name = f"{text.name}#{self.count}"
            self.session.active.append(text)
            if entry:
                check_decorators(self.session, text)
            try:
                found = self._lower(text, given, name, entry)
            finally:
                self.session.active.pop()
            findings = self.session.findings.since(mark)
            found = self.session.functions[key] = replace(found, findings=findings)
        self.session.findings.add(found.findings)
        return found

    def _lower(
        self, text: FunctionText, given: Mapping[str, Given], name: str, entry: bool
    ) -> Returned:
        """Lower a body; again, with copies, if it stores into its parameters."""
        owned: dict[str, str] = {}
        findings = self.session.findings.mark()
        while True:
            found, stored = lower_body(
                self, self.session, text, given, name, owned, entry
            )
            if stored.keys() <= owned.keys():
                return found
            owned |= stored
            self.session.findings.rollback(findings)


def _refused(frame: Frame, node: cst.BaseExpression) -> Handler:
    return refuse(frame, node)
    yield


def _static(value: Value, decisive: bool) -> Value | None:
    """The value if it is compiled into the callee.

    Numbers are only if they decide what its code is, as an `axis` does.
    """
    match value:
        case Plain(atom=Const(value=found)):
            number = type(found) in (int, float, complex)
            return value if decisive or not number else None
        case Known():
            return value
        case Items(items=items):
            static = [_static(item, decisive) for item in items]
            return None if None in static else value
    return None


def _general(type: Type) -> Type:
    """A type without the values of integers, so that calls share one function."""
    match type:
        case Scalar(value=int()):
            return replace(type, value=None)
        case Tuple(items=items):
            return Tuple(tuple(map(_general, items)))
    return type


def _key(given: Given) -> Any:
    if isinstance(given, Known):
        return "known", id(given.object)
    return type(given).__name__, given
