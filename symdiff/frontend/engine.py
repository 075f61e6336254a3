"""The engine: drives the handlers of expressions, and lowers functions one by one."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import libcst as cst

from symdiff.frontend.body import Given, lower_body
from symdiff.frontend.decorators import check_decorators
from symdiff.frontend.expressions import EXPRESSIONS
from symdiff.frontend.fence import refuse
from symdiff.frontend.findings import Place
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import inline
from symdiff.frontend.lifting import Lift
from symdiff.frontend.linkage import emit_call
from symdiff.frontend.memory import materialise
from symdiff.frontend.passing import compiled_in, general, in_parts
from symdiff.frontend.recursion import (
    Recursion,
    Unlike,
    require_few,
    structure,
)
from symdiff.frontend.scope import local_names
from symdiff.frontend.session import Returned, Session
from symdiff.frontend.source import FunctionText
from symdiff.frontend.statements import lower_statements, lower_suite
from symdiff.frontend.summary import NotFirstOrder
from symdiff.frontend.values import (
    BAD,
    Bad,
    Closure,
    Known,
    Plain,
    Value,
)
from symdiff.ir.lengths import forget
from symdiff.ir.types import Type

Handler = Generator[cst.BaseExpression, Value, Value]


@dataclass(eq=False)
class Lowering:
    """The engine of one attempt at a program.

    `known` is what all attempts have found out of functions that call themselves, of
    which those `underway` are being lowered. It is `unknown` what a call gives if one
    of them was called before anything could be assumed of its result.
    """

    session: Session
    known: dict[Hashable, Recursion] = field(default_factory=dict)
    count: int = 0
    underway: set[Hashable] = field(default_factory=set)
    unknown: bool = False

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
            static = compiled_in(value, name in decisive)
            if static is not None:
                given[name] = static
                continue
            whole = materialise(frame, value, node)
            if isinstance(whole, Bad):
                return BAD
            arguments[name] = whole
            type = general(type_of(whole.atom))
            given[name] = forget(type, lambda v: v[0] == "?" or v in values)
        try:
            found = self.function(text, given)
        except NotFirstOrder:
            if text.again:
                raise
            return inline(frame, text, None, values, node)
        if self.unknown and not found.ends:
            frame.state.dead = "raise"
            return BAD
        return emit_call(frame, found, values, arguments, node)

    def call_again(
        self,
        frame: Frame,
        text: FunctionText,
        closure: Closure | None,
        values: dict[str, Value],
        node: Any,
    ) -> Value:
        """Lower a call of a function that calls itself (see `recursion`)."""
        lift = Lift(frame, set(local_names(text.node)))
        parts = {} if closure is None else {"": lift.part(closure, "")}
        parts |= {n: lift.part(v, n) for n, v in values.items() if in_parts(v)}
        values = {n: v for n, v in values.items() if n not in parts} | lift.leaves
        fixed: dict[str, Given] = dict(parts)
        call: dict[str, Type | Value] = {}
        arguments: dict[str, Plain] = {}
        decisive = self.session.decisive(text)
        for name, value in values.items():
            static = compiled_in(value, decisive=False)
            if static is not None:
                fixed[name] = static
                continue
            whole = materialise(frame, value, node)
            if isinstance(whole, Bad):
                return BAD
            arguments[name] = whole
            number = compiled_in(value, decisive=name in decisive)
            call[name] = type_of(whole.atom) if number is None else number
        try:
            found = self._recursive(text, fixed, call, frame.place(node))
        except NotFirstOrder:
            return frame.report(
                "SD110",
                f"`{text.name}` calls itself and returns no plain value",
                node,
                help="return numbers, arrays, and tuples or lists of them, each once",
            )
        except Unlike as found_out:
            return frame.report(
                "SD110",
                f"`{text.name}` calls itself, and its argument `{found_out}` has "
                "another structure at each depth",
                node,
                help="pass an array, or a list of items that are alike",
            )
        if found is None:
            frame.state.dead = "raise"
            return BAD
        return emit_call(frame, found, values, arguments, node)

    def _recursive(
        self,
        text: FunctionText,
        fixed: Mapping[str, Given],
        call: Mapping[str, Type | Value],
        place: Place,
    ) -> Returned | None:
        """What a function gives that calls itself; None if nothing is known of it."""
        names = tuple((name, _key(what)) for name, what in fixed.items())
        shapes = tuple((name, structure(what)) for name, what in call.items())
        key = (text.node, names, shapes)
        record = self.known.get(key)
        if record is None:
            require_few(self.underway, text.node, call)
            name = f"{text.name}#r{len(self.known)}"
            record = self.known[key] = Recursion(name, [call])
        record.admit(call)
        found = self.session.functions.get(key)
        if found is not None:
            self.session.findings.add(found.findings)
        elif key not in self.underway:
            self.underway.add(key)
            given = {**fixed, **record.parameters()}
            found = self._lowered(text, given, record.name, entry=False)
            self.underway.remove(key)
            if record.asked is not None and not found.ends:
                message = f"`{text.name}` calls itself on every path"
                advice = "return without such a call on one path"
                self.session.findings.report(
                    "SD110", message, record.asked, help=advice
                )
                return None
            record.learn(found)
            self.session.functions[key] = found
        elif record.result is None:
            record.asked, self.unknown = place, True
            return None
        found = record.result if found is None else found
        return (
            None if found is None else replace(found, types=record.result_types(call))
        )

    def function(
        self, text: FunctionText, given: Mapping[str, Given], entry: bool = False
    ) -> Returned:
        """Lower a function for given types, once.

        The `entry` gives its result only, not the new values of what it stores into.
        """
        named = tuple((name, _key(value)) for name, value in given.items())
        key = (text, named, entry)
        found = self.session.functions.get(key)
        if found is None:
            self.count += 1
            name = f"{text.name}#{self.count}"
            if entry:
                check_decorators(self.session, text)
            found = self._lowered(text, given, name, entry)
            function = replace(found.function, again=text.again)
            found = replace(found, function=function)
            self.session.functions[key] = found
        self.session.findings.add(found.findings)
        return found

    def _lowered(
        self, text: FunctionText, given: Mapping[str, Given], name: str, entry: bool
    ) -> Returned:
        """Lower a function, and keep its findings with it."""
        mark = self.session.findings.mark()
        self.session.active.append(text)
        try:
            found = self._lower(text, given, name, entry)
        finally:
            self.session.active.pop()
        return replace(found, findings=self.session.findings.since(mark))

    def _lower(
        self, text: FunctionText, given: Mapping[str, Given], name: str, entry: bool
    ) -> Returned:
        """Lower a body; again, with copies, if it stores into its parameters.

        And again if a dict gets a key that is known at run time only: a table.
        """
        owned: dict[str, str] = {}
        called = entry and text.node in self.session.recursive
        findings = self.session.findings.mark()
        while True:
            tables = len(self.session.tables)
            found, stored = lower_body(
                self, self.session, text, given, name, owned, entry, called
            )
            settled = tables == len(self.session.tables)
            if settled and stored.keys() <= owned.keys():
                return found
            owned |= stored
            self.session.findings.rollback(findings)


def _refused(frame: Frame, node: cst.BaseExpression) -> Handler:
    return refuse(frame, node)
    yield


def _key(given: Given) -> Any:
    if isinstance(given, Known):
        return "known", id(given.object)
    return type(given).__name__, given
