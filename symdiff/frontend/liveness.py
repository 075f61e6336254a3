"""Which names are read later: so that only those are merged where paths meet.

One backward walk over the text; a loop's body is walked until nothing is added. What a
nested function or lambda mentions is live everywhere, for it may be called anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from symdiff.frontend.scope import local_names, target_names
from symdiff.frontend.source import FunctionText

Names = frozenset[str]
_NONE: Names = frozenset()


@dataclass(frozen=True, slots=True)
class _Around:
    """What is live at the head of the loop around, and after it."""

    head: Names = _NONE
    after: Names = _NONE


@dataclass(eq=False)
class Liveness:
    """The names live after each `if` and loop, and at the head of each loop.

    The nested functions `called` are only ever called, so that one that calls itself is
    out of reach when its name is bound anew.
    """

    always: Names = _NONE
    called: Names = _NONE
    after: dict[cst.CSTNode, Names] = field(default_factory=dict)
    head: dict[cst.CSTNode, Names] = field(default_factory=dict)
    _read: dict[cst.CSTNode, Names] = field(default_factory=dict)

    def block(self, body: Sequence[cst.CSTNode], out: Names, around: _Around) -> Names:
        """The names live before statements, `out` being those live after them."""
        for node in reversed(body):
            out = self._statement(node, out, around)
        return out

    def _suite(self, body: cst.CSTNode | None, out: Names, around: _Around) -> Names:
        match body:
            case None:
                return out
            case cst.Else(body=inner):
                return self._suite(inner, out, around)
            case cst.If():
                return self._statement(body, out, around)
            case cst.BaseSuite(body=inner):
                return self.block(inner, out, around)
        return out

    def _statement(self, node: cst.CSTNode, out: Names, around: _Around) -> Names:
        match node:
            case cst.SimpleStatementLine(body=body):
                return self.block(body, out, around)
            case cst.If(test=test, body=body, orelse=orelse):
                self._note(node, out)
                arms = self._suite(body, out, around), self._suite(orelse, out, around)
                return arms[0] | arms[1] | self.reads(test)
            case cst.Match():
                return self._cases(node, out, around)
            case cst.For() | cst.While():
                return self._loop(node, out)
            case cst.Return() | cst.Raise():
                return self.reads(node)
            case cst.Break() | cst.Continue():
                return around.after if isinstance(node, cst.Break) else around.head
            case cst.With(items=items, body=body):
                entered = _NONE.union(*map(self.reads, items))
                # What `on_gradient` gives is read when its body is through.
                given = {
                    n for i in items if i.asname for n in target_names(i.asname.name)
                }
                return self._suite(body, out | given, around) | entered
            case cst.Try():
                return self._try(node, out, around)
        return self._simple(node, out)

    def _try(self, node: cst.Try, out: Names, around: _Around) -> Names:
        """Before a `try`: its parts one after the other.

        What runs after an exception may be reached from anywhere in the body.
        """
        parts = [*node.handlers, *([node.finalbody] if node.finalbody else [])]
        self.always = self.always.union(*map(self.reads, parts))
        if node.finalbody is not None:
            out = self._suite(node.finalbody.body, out, around)
        out = self._suite(node.orelse, out, around)
        return self._suite(node.body, out, around)

    def _cases(self, node: cst.Match, out: Names, around: _Around) -> Names:
        """Before a `match`: what any case reads, and what is live if none matches."""
        found = out | self.reads(node.subject)
        for case in node.cases:
            self._note(case, out)
            guard = _NONE if case.guard is None else self.reads(case.guard)
            arm = self._suite(case.body, out, around)
            found |= arm | guard | self.reads(case.pattern)
        return found

    def _simple(self, node: cst.CSTNode, out: Names) -> Names:
        match node:
            case cst.Assign(targets=targets, value=value):
                for target in targets:
                    out = self._target(target.target, out)
                return out | self.reads(value)
            case cst.AnnAssign(target=target, value=value):
                if value is None:
                    return out
                return self._target(target, out) | self.reads(value)
            case cst.FunctionDef(name=name):
                own = {name.value} & self.called
                return (out - {name.value}) | (self.reads(node) - own)
        return out | self.reads(node)

    def _target(self, target: cst.CSTNode, out: Names) -> Names:
        """Before an assignment: less what it binds, plus what it stores into."""
        names = target_names(target)
        if isinstance(target, cst.Name):
            return out - names
        return (out - names) | (self.reads(target) - names) | self._stored(target)

    def _stored(self, target: cst.CSTNode) -> Names:
        if isinstance(target, cst.Subscript | cst.Attribute):
            return self.reads(target)
        if isinstance(target, cst.Tuple | cst.List):
            return _NONE.union(*(self._stored(e.value) for e in target.elements))
        return _NONE

    def _loop(self, node: cst.For | cst.While, out: Names) -> Names:
        out |= self._suite(node.orelse, out, _Around())
        self._note(node, out)
        test = self.reads(node.test) if isinstance(node, cst.While) else _NONE
        head = self.head.get(node, _NONE) | out | test
        while True:
            around = _Around(head, out)
            found = self._suite(node.body, head, around)
            if isinstance(node, cst.For):
                found = self._target(node.target, found)
            if found <= head:
                break
            head |= found
        self.head[node] = head
        return head | (self.reads(node.iter) if isinstance(node, cst.For) else _NONE)

    def _note(self, node: cst.CSTNode, out: Names) -> None:
        self.after[node] = self.after.get(node, _NONE) | out

    def reads(self, node: cst.CSTNode) -> Names:
        """Every name that an expression mentions, or a statement that binds none."""
        if node not in self._read:
            self._read[node] = frozenset(mentioned(node))
        return self._read[node]


def mentioned(node: cst.CSTNode) -> set[str]:
    """The names in a piece of text, those of attributes and keywords apart."""
    found: set[str] = set()
    todo = [node]
    while todo:
        head = todo.pop()
        match head:
            case cst.Name(value=name):
                found.add(name)
            case cst.Attribute(value=value):
                todo.append(value)
            case cst.Arg(value=value):
                todo.append(value)
            case cst.FunctionDef() | cst.Lambda():
                found |= mentioned(head.body) - local_names(head)
                todo.append(head.params)
            case cst.Param(default=default):
                todo += [] if default is None else [default]
            case _:
                todo.extend(head.children)
    return found


def liveness(node: cst.FunctionDef | cst.Lambda) -> Liveness:
    """The liveness of a function's names."""
    called = _only_called(node)
    found = Liveness(frozenset(_nested(node, called)), called)
    if isinstance(node, cst.FunctionDef):
        body = node.body.body
        found.block(body, _NONE, _Around())
    return found


def _only_called(node: cst.FunctionDef | cst.Lambda) -> Names:
    """The names of nested functions that stand nowhere but before a parenthesis."""
    names: set[str] = set()
    callees: set[cst.CSTNode] = set()
    mentions: list[cst.Name] = []
    todo: list[cst.CSTNode] = [node.body]
    while todo:
        head = todo.pop()
        match head:
            case cst.FunctionDef(name=name):
                names.add(name.value)
                callees.add(name)
            case cst.Call(func=cst.Name() as function):
                callees.add(function)
            case cst.Name():
                mentions.append(head)
        todo.extend(head.children)
    return frozenset(names - {m.value for m in mentions if m not in callees})


def _nested(node: cst.FunctionDef | cst.Lambda, called: Names) -> set[str]:
    """What nested functions mention, themselves apart if they are only called."""
    found: set[str] = set()
    todo: list[cst.CSTNode] = [node.body]
    while todo:
        head = todo.pop()
        if isinstance(head, cst.FunctionDef | cst.Lambda):
            own = {head.name.value} if isinstance(head, cst.FunctionDef) else set()
            found |= mentioned(head) - (own & called)
        else:
            todo.extend(head.children)
    return found


def decisive_names(text: FunctionText) -> frozenset[str]:
    """The names that a condition, a keyword argument or a call's axis depends on.

    A parameter among them is compiled in when it is passed as a constant number.
    """
    found: set[str] = set()
    todo: list[cst.CSTNode] = [text.node.body]
    while todo:
        node = todo.pop()
        match node:
            case cst.If(test=test) | cst.IfExp(test=test):
                found |= mentioned(test)
            case cst.Arg(keyword=cst.Name(), value=value):
                found |= mentioned(value)
            case cst.Call(args=[_, second, *_]) if second.keyword is None:
                found |= mentioned(second.value)
        todo.extend(node.children)
    return frozenset(found)
