"""Blocks of SSA → printed statements: regions, copies at phis, in-place stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from symdiff.backend.edges import KEYWORDS, handles, is_edge, split
from symdiff.backend.exits import is_flag, restore
from symdiff.backend.expressions import Expressions
from symdiff.backend.operations import is_update
from symdiff.backend.rows import Printed, Region, Row
from symdiff.backend.stores import Stores
from symdiff.backend.syntax import bare, binary, in_brackets, ternary, unary
from symdiff.backend.tree import Binary, Expr, Text
from symdiff.backend.unset import chosen
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Origin,
    Return,
    Stmt,
    Target,
    Var,
    While,
)

Assignment = tuple[str, Expr, frozenset[str]]


class Statements:
    """The statements of one function."""

    def __init__(
        self,
        expressions: Expressions,
        stores: Stores,
        returned: dict[int, str],
        read: set[str],
        counts: Counter[str],
        uncertain: set[str],
    ) -> None:
        self.show = expressions
        self.stores = stores
        self.returned = returned
        self.read = read
        self.counts = counts
        self.uncertain = uncertain
        self.unset = {
            self.show.naming.names[name]
            for name in chosen(self.show.nesting, uncertain)
            if name in self.show.naming.names
        }

    def function(self, function: Function) -> list[Printed]:
        """The body of a function, after what must have a value from the start."""
        body = self.block(function.body)
        unset = sorted(self.unset - {p.name for p in function.params})
        return [*(Row(Text("None"), Text(name)) for name in unset), *body]

    def block(self, block: Block) -> list[Printed]:
        """The printed statements of a block."""
        out: list[Printed] = []
        at = 0
        while at < len(block):
            stmt = block[at]
            rows: Sequence[Row | Region] = ()
            if is_edge(stmt):
                rows, at = self.regions(block, at)
            elif not self.show.nesting.is_hidden(stmt):
                rows = self.stmt(stmt)
            for row in rows:
                if not row.origin.spans and not row.origin.sweep:
                    row.origin = stmt.origin
                out.append(row)
            at += 1
        return out

    def regions(self, block: Block, at: int) -> tuple[list[Region], int]:
        """The `with` or `try` that begins at a place, and the place of its end."""
        parts, end = split(block, at)
        (first, body), *others = parts
        if [part.op for part, _ in others] == ["lastly"] and handles(body):
            # `else` lies inside of `finally`, but outside of what is handled.
            rows, last = self.regions(body, 0)
            rest = self.block(body[last + 1 :])
            if rest:
                rows.append(Region("else", Text(""), rest, origin=first.origin))
        else:
            rows = [self._part(first, body)]
        return [*rows, *(self._part(*part) for part in others)], end

    def _part(self, first: Apply, body: Block) -> Region:
        """`with x as y:`, `try:`, `except E as e:` or `finally:`."""
        test, handled = Text(""), body
        expr: Expr = test
        if first.op == "enter":
            expr = self._as(self.show.atom(first.args[0]), first.outs[0])
        elif first.op == "handler":
            handled = body[0].then if isinstance(body[0], If) else body
            if not _is_none(first.args[1]):
                kind = in_brackets(self.show.atom(first.args[1]))
                expr = self._as(kind, first.outs[1])
        rows = self.block(handled) or [_pass()]
        match rows:
            case [Region(keyword="with") as inner] if first.op == "enter":
                # `with a, b:`
                return replace(inner, test=bare(expr, inner.test), origin=first.origin)
        return Region(KEYWORDS[first.op], expr, rows, origin=first.origin)

    def _as(self, value: Expr, name: Var) -> Expr:
        """`value as name`, if the name is read."""
        if name.name not in self.read:
            return value
        return Binary("as", value, self._name(name))

    def stmt(self, stmt: Stmt) -> list[Row | Region]:
        """The printed statements of one statement."""
        match stmt:
            case Apply(op="assert" | "raise"):
                return [self._keyword(stmt)]
            case Apply(op="defined"):
                return [Row(self.show.atom(stmt.args[0]))]
            case Apply(op=op) if is_update(op):
                return [*self.stores.rows(stmt)]
            case Apply() | Call():
                row = self._assign(stmt)
                return [] if row.value == row.target else [row]
            case If() if self.show.nesting.is_choice(stmt):
                out = stmt.phis[0].out
                return [Row(self.show.value(stmt, out), self._name(out))]
            case If():
                return self._if(stmt)
            case For():
                return self._for(stmt)
            case While():
                return self._while(stmt)
            case Return(value=value):
                shown = self.show.returned(value, self.returned)
                return [Row(shown, keyword="return")]

    def _name(self, var: Var) -> Expr:
        return Text(self.show.naming[var])

    def _keyword(self, stmt: Apply) -> Row:
        given = [*stmt.args, *(a for _, a in stmt.kwargs)]
        if stmt.op == "raise":
            return self._raise(given)
        extra = [in_brackets(self.show.atom(a)) for a in given[1:] if not _is_none(a)]
        test = self.show.atom(given[0])
        return Row(test, keyword=stmt.op, extra=extra[0] if extra else None)

    def _raise(self, given: list[Atom]) -> Row:
        """`raise error from cause`; alone in a handler if the error is None."""
        if _is_none(given[0]):
            return Row(Text("raise"))
        error = self.show.atom(given[0])
        if len(given) > 1:
            error = Binary("from", error, self.show.atom(given[1]))
        return Row(error, keyword="raise")

    def _assign(self, stmt: Apply | Call) -> Row:
        outs = stmt.outs
        value = self.show.value(stmt, outs[0] if len(outs) == 1 else None)
        unused = not any(v.name in self.read for v in outs)
        if not outs or (unused and all(v.temp for v in outs)):
            return Row(value)
        if len(outs) == 1 and not (isinstance(stmt, Apply) and stmt.op == "unpack"):
            return Row(value, self._name(outs[0]))
        names = [self._name(v) if v.name in self.read else Text("_") for v in outs]
        return Row(value, bare(*names))

    # ---- regions

    def _if(self, stmt: If) -> list[Row | Region]:
        then = self.block(stmt.then)
        orelse = self.block(stmt.orelse)
        merged = self.show.naming.merged
        kept = [p for p in stmt.phis if p.out.name in merged]
        then += self._copies([(p.out, p.first) for p in kept], stmt.origin)
        orelse += self._copies([(p.out, p.second) for p in kept], stmt.origin)
        test = self.show.atom(stmt.test)
        if not then and not orelse:
            return []
        if not then:
            return [Region("if", unary("not", test), orelse)]
        return [Region("if", test, then, orelse)]

    def _for(self, stmt: For) -> list[Row | Region]:
        rows, tail = self._around(stmt)
        body = self._body(stmt, tail)
        target = self._target(stmt.target)
        iterable = self.show.atom(stmt.iterable)
        region = Region("for", iterable, body or [_pass()], target=target)
        return [*rows, region]

    def _while(self, stmt: While) -> list[Row | Region]:
        rows, tail = self._around(stmt)
        head = self.block(stmt.head)
        body = self._body(stmt, tail)
        test = self.show.atom(stmt.test)
        if head:
            leave = Region("if", unary("not", test), [_break()], origin=stmt.origin)
            return [*rows, Region("while", Text("True"), [*head, leave, *body])]
        return [*rows, Region("while", test, body or [_pass()])]

    def _body(self, stmt: For | While, tail: list[Printed]) -> list[Printed]:
        body = self.block(stmt.body) + tail
        if isinstance(stmt.stop, Var) and is_flag(stmt, self.counts):
            return restore(body, self.show.naming[stmt.stop])
        return body

    def _around(self, stmt: For | While) -> tuple[list[Row | Region], list[Printed]]:
        """The copies before a loop, and those at its body's end with the `break`."""
        merged = self.show.naming.merged
        kept = [p for p in stmt.phis if p.out.name in merged]
        entries = self.show.copies.entries
        before = self._copies(
            [(p.out, p.first) for p in kept], stmt.origin, copied=entries
        )
        after = self._copies([(p.out, p.second) for p in kept], stmt.origin)
        if stmt.stop is None:
            return before, [*after]
        test = self.show.atom(stmt.stop)
        read = {self.show.naming[v] for v in self.show.nesting.leaves(stmt.stop)}
        written = {self.show.naming[p.out] for p in kept} if after else set()
        if read & written:
            leave = Region("if", test, [*after, _break()], origin=stmt.origin)
            again = self._copies([(p.out, p.second) for p in kept], stmt.origin)
            return before, [leave, *again]
        leave = Region("if", test, [_break()], origin=stmt.origin)
        return before, [*after, leave]

    def _target(self, target: Target) -> Expr:
        if isinstance(target, Var):
            return self._name(target) if target.name in self.read else Text("_")
        items = [self._target(t) for t in target]
        shown = bare(*items)
        return shown

    # ---- copies at phis

    def _copies(
        self,
        pairs: list[tuple[Var, Atom]],
        origin: Origin,
        copied: set[str] | frozenset[str] = frozenset(),
    ) -> list[Row | Region]:
        """Assign all pairs at once; only cycles need a parallel assignment."""
        todo: list[Assignment] = []
        for out, atom in pairs:
            name = self.show.naming[out]
            value = self.show.atom(atom)
            if atom == UNDEF:
                continue
            unset = isinstance(atom, Var) and atom.name in self.uncertain
            if out.name in copied:
                copy = self.show.copied(value)
                value = _unless_none(value, copy) if unset else copy
            if value != Text(name):
                if isinstance(atom, Var) and unset:
                    self.unset.add(self.show.naming[atom])
                read = {self.show.naming[v] for v in self.show.nesting.leaves(atom)}
                todo.append((name, value, frozenset(read)))
        rows: list[Row | Region] = []
        while todo:
            # First what nobody else still reads.
            ready = next((a for a in todo if not _is_read(a, todo)), None)
            if ready is None:
                names = bare(*(Text(name) for name, _, _ in todo))
                rows.append(Row(bare(*(value for _, value, _ in todo)), names))
                break
            todo.remove(ready)
            rows.append(Row(ready[1], Text(ready[0])))
        for row in rows:
            row.origin = origin
        return rows


def _is_read(assignment: Assignment, others: list[Assignment]) -> bool:
    name = assignment[0]
    return any(name in read for n, _, read in others if n != name)


def _unless_none(value: Expr, copy: Expr) -> Expr:
    none = Text("None")
    return ternary(binary("is", value, none), none, copy)


def _is_none(atom: Atom) -> bool:
    return not isinstance(atom, Var) and atom.value is None


def _pass() -> Row:
    return Row(Text("pass"))


def _break() -> Row:
    return Row(Text("break"))
