"""Functional updates as statements: in place where that is safe, else on a copy.

x_1 = additem(x, i, v)            printed      x[i] += v
l_1 = append(l, v)                             l.append(v)
l_1 = insert(l, i, v)                          l.insert(i, v)
l_1, v = pop(l)                                v = l.pop()
"""

from __future__ import annotations

from symdiff.backend.expressions import OPERATORS, Expressions
from symdiff.backend.operations import (
    AUGMENTED,
    has_storage,
    keeps_type,
)
from symdiff.backend.rows import Row
from symdiff.backend.sharing import Sharing
from symdiff.backend.syntax import (
    binary,
    call,
    item,
    method,
    subscript,
)
from symdiff.backend.tree import Expr, Text
from symdiff.ir.nodes import Apply, Atom, Var
from symdiff.ir.types import Array, List, Table, dtype_of


class Stores:
    """How the stores of one function are printed; `read` are what it reads."""

    def __init__(
        self, expressions: Expressions, sharing: Sharing, read: set[str]
    ) -> None:
        self.show = expressions
        self.sharing = sharing
        self.read = read

    def rows(self, stmt: Apply) -> list[Row]:
        """The statements of one update."""
        if stmt.op in AUGMENTED:
            return self._augmented(stmt)
        if stmt.op == "pop":
            return self._pop(stmt)
        if stmt.op == "append" and self._is_copied(stmt):
            value = self.show.extended(stmt.args[0], stmt.args[1])
            return [Row(value, self._name(stmt.outs[0]))]
        target = self._name(stmt.outs[0])
        rows = self._start(stmt, target)
        match stmt.op:
            case "append":
                value = item(self.show.atom(stmt.args[1]))
                rows.append(Row(method(target, "append", value)))
            case "insert":
                given = [item(self.show.atom(a)) for a in stmt.args[1:]]
                rows.append(Row(method(target, "insert", *given)))
            case "setitem":
                rows.append(self._setitem(stmt, target))
            case "additem":
                rows.append(self._additem(stmt, target))
            case _:
                rows.append(self._at(stmt, target))
        return rows

    def _is_copied(self, stmt: Apply) -> bool:
        return stmt.outs[0].name in self.show.copies.updates

    def _name(self, var: Var) -> Expr:
        return Text(self.show.naming[var])

    def _start(self, stmt: Apply, target: Expr) -> list[Row]:
        """Give the operand the result's name, as a copy if it must survive."""
        source = self.show.atom(stmt.args[0])
        if self._is_copied(stmt):
            return [Row(method(source, "copy"), target)]
        return [] if source == target else [Row(source, target)]

    def _augmented(self, stmt: Apply) -> list[Row]:
        op = AUGMENTED[stmt.op]
        x, e = stmt.args
        out = stmt.outs[0]
        target = self._name(out)
        source, value = self.show.atom(x), self.show.atom(e)
        immutable = not has_storage(out.type) and not has_storage(x.type)
        if self._is_copied(stmt) and not keeps_type(x, e):
            return [Row(method(source, "copy"), target), Row(value, target, f"{op}=")]
        if self._is_copied(stmt) or (
            source != target and (immutable or keeps_type(x, e))
        ):
            return [Row(binary(op, source, value), target)]
        start = [] if source == target else [Row(source, target)]
        negated = self._negated(e)
        if op in "+-" and negated is not None:
            op, value = "-+"["+-".index(op)], negated
        return [*start, Row(value, target, f"{op}=")]

    def _negated(self, atom: Atom) -> Expr | None:
        """The operand of a nested minus sign."""
        stmt = self._nested(atom)
        if stmt is not None and stmt.op == "neg":
            return self.show.atom(stmt.args[0])
        return None

    def _nested(self, atom: Atom) -> Apply | None:
        if not isinstance(atom, Var) or atom.name in self.show.copies.values:
            return None
        stmt = self.show.nesting.nested.get(atom.name)
        return stmt if isinstance(stmt, Apply) else None

    def _pop(self, stmt: Apply) -> list[Row]:
        rest, taken = stmt.outs
        source = self.show.atom(stmt.args[0])
        target = self._name(rest)
        is_list = isinstance(stmt.args[0].type, List)
        place = [self.show.atom(a) for a in stmt.args[1:]]
        if place:
            rows = self._start(stmt, target)
            return [*rows, Row(method(target, "pop", *place), self._name(taken))]
        if self._is_copied(stmt) or not is_list:
            # A slice of a list is a copy; of what may be an array it is a view.
            kept = subscript(source, Text(":-1"))
            if self._is_copied(stmt) and not is_list:
                kept = self.show.copied(kept)
            first = Row(subscript(source, Text("-1")), self._name(taken))
            return [first, Row(kept, target)]
        start = [] if source == target else [Row(source, target)]
        item_name = self._name(taken) if taken.name in self.read else None
        return [*start, Row(method(target, "pop"), item_name)]

    def _place(self, stmt: Apply, target: Expr) -> Expr:
        return subscript(target, *self.show.indices(stmt.args[1]))

    def _setitem(self, stmt: Apply, target: Expr) -> Row:
        """`x[i] = v`, or `x[i] *= e` where `v` is `x[i] * e` of floats."""
        x, index, value = stmt.args
        if isinstance(x.type, Table) and x.type.factory == "set":
            return Row(method(target, "add", item(self.show.atom(index))))
        place = self._place(stmt, target)
        made = self._nested(value)
        if made is not None and made.op in _ARITHMETIC and _is_real(x, made.args[1]):
            old = self._nested(made.args[0])
            if old is not None and old.op == "getitem" and old.args == (x, index):
                e = self.show.atom(made.args[1])
                return Row(e, place, f"{OPERATORS[made.op]}=")
        return Row(self.show.atom(value), place)

    def _additem(self, stmt: Apply, target: Expr) -> Row:
        x, _, value = stmt.args
        place = self._place(stmt, target)
        if not isinstance(x.type, Array) and self.sharing.of(x).inner:
            # `+=` would also write to the item, which others may hold.
            return Row(binary("+", place, self.show.atom(value)), place)
        negated = self._negated(value)
        if negated is not None:
            return Row(negated, place, "-=")
        return Row(self.show.atom(value), place, "+=")

    def _at(self, stmt: Apply, target: Expr) -> Row:
        """`np.add.at(x, i, v)`."""
        mine = self.sharing.of(stmt.args[0]).own
        rest = []
        for atom in stmt.args[1:]:
            shown = self.show.atom(atom)
            shared = self.sharing.of(atom).reach & mine
            rest.append(method(shown, "copy") if shared else shown)
        return Row(call(self.show.imports.spell(stmt.op), target, *rest))


_ARITHMETIC = frozenset({"add", "sub", "mul", "truediv", "pow"})


def _is_real(x: Atom, e: Atom) -> bool:
    """Whether `x[i] *= e` certainly does what `x[i] = x[i] * e` does."""
    kind, other = dtype_of(x.type), dtype_of(e.type)
    known = isinstance(x.type, Array) and kind is not None and other is not None
    return known and kind == "f8" and str(other)[0] in "fib"
