"""Operations → nested expressions, as a person would nest them."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any

from symdiff.backend.calls import Imports, spell_call
from symdiff.backend.choices import is_short_circuit
from symdiff.backend.edges import function_name
from symdiff.backend.flat import flat
from symdiff.backend.inline import Nesting
from symdiff.backend.literals import index_slice, is_numpy, literal, quote
from symdiff.backend.names import Naming
from symdiff.backend.operations import is_display, shown_items
from symdiff.backend.sharing import Copies
from symdiff.backend.sums import is_flat_list, sum_of_lists, sum_with_repeated
from symdiff.backend.syntax import (
    attribute,
    bare,
    binary,
    call,
    item,
    listing,
    method,
    slicing,
    starred,
    subscript,
    ternary,
    unary,
)
from symdiff.backend.tree import Display, Expr, Pair, Text
from symdiff.backend.zeros import zeros_of
from symdiff.ir.nodes import Apply, Atom, Call, Const, Function, If, Var
from symdiff.ir.types import Array

OPERATORS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
    "is_": "is",
    "is_not": "is not",
    "and_": "&",
    "or_": "|",
    "xor": "^",
    "lshift": "<<",
    "rshift": ">>",
    "logical_and": "and",
    "logical_or": "or",
}
SIGNS = {"neg": "-", "pos": "+", "invert": "~", "not_": "not"}


class Expressions:
    """The expressions of one function, given what is nested, named and copied."""

    def __init__(
        self,
        nesting: Nesting,
        naming: Naming,
        copies: Copies,
        imports: Imports,
        functions: Mapping[str, Function],
    ) -> None:
        self.nesting = nesting
        self.naming = naming
        self.copies = copies
        self.imports = imports
        self.functions = functions

    def atom(self, atom: Atom) -> Expr:
        """What is printed where an atom is read."""
        if isinstance(atom, Const):
            return self.constant(atom)
        stmt = self.nesting.nested.get(atom.name)
        if stmt is None:
            return Text(self.naming[atom])
        return self.value(stmt, atom)

    def constant(self, const: Const) -> Expr:
        """A literal, or the name of a named constant."""
        if "." in const.name:
            return Text(self.imports.spell(const.name))
        if const.name:
            return Text(const.name)
        out = literal(const.value, self.imports.alias("numpy"))
        if is_numpy(const.value):
            self.imports.use("numpy")
        return out

    def value(self, stmt: Apply | Call | If, out: Var | None = None) -> Expr:
        """The right-hand side of a definition, with the copy that it may need."""
        match stmt:
            case Apply():
                found = self.apply(stmt)
            case Call():
                found = self.call(stmt)
            case If():
                found = self.choice(stmt)
        if out is not None and out.name in self.copies.values:
            return self.copied(found)
        return found

    def copied(self, value: Expr) -> Expr:
        """`value.copy()`, of an array or a list."""
        return method(value, "copy")

    def call(self, stmt: Call) -> Expr:
        """A call of another function; what that captures is passed by keyword."""
        callee = self.functions[stmt.function]
        args: list[Expr] = []
        named: dict[str, Expr] = {}
        for param, atom in zip(callee.params, stmt.args, strict=False):
            if param.name in callee.captured:
                named[param.name] = self.atom(atom)
            else:
                args.append(self.atom(atom))
        return call(stmt.function, *args, **named)

    def choice(self, stmt: If) -> Expr:
        """`a if c else b`, `a and b`, `a or b`."""
        (phi,) = stmt.phis
        test = self.atom(stmt.test)
        if is_short_circuit(stmt):
            if phi.second == stmt.test:
                return binary("and", test, self.atom(phi.first))
            return binary("or", test, self.atom(phi.second))
        return ternary(test, self.atom(phi.first), self.atom(phi.second))

    def apply(self, stmt: Apply) -> Expr:
        """The expression of one operation."""
        op = stmt.op
        args = stmt.args
        if op in OPERATORS and len(args) == 2:
            return binary(OPERATORS[op], self.atom(args[0]), self.atom(args[1]))
        if op in SIGNS:
            return unary(SIGNS[op], self.atom(args[0]))
        if op == "verbatim":
            return call(function_name(args[0]), *map(self.atom, args[1:]))
        if op == "external":
            return call(self.atom(args[0]), *map(self.atom, args[1:]))
        if is_display(op):
            return self.display(stmt, [self.atom(a) for a in shown_items(stmt)])
        return self.other(stmt)

    def _structure(self, stmt: Apply) -> Expr | None:
        """Zeros and sums of lists, written out; None where a helper is clearer."""
        args = stmt.args
        if stmt.op == "zeros":
            return zeros_of(self.atom(args[0]), args[0].type, self.imports)
        return self._sum(*args) if all(is_flat_list(a.type) for a in args) else None

    def _sum(self, x: Atom, y: Atom) -> Expr:
        """The sum of two lists of numbers or arrays, item by item."""
        for repeated, other in ((y, x), (x, y)):
            made = self._nested(repeated)
            shown = self._nested(made.args[0]) if made and made.op == "mul" else None
            if shown is not None and shown.op == "list" and len(shown.args) == 1:
                return sum_with_repeated(self.atom(other), self.atom(shown.args[0]))
        return sum_of_lists(self.atom(x), self.atom(y))

    def _nested(self, atom: Atom) -> Apply | None:
        made = self.nesting.nested.get(atom.name) if isinstance(atom, Var) else None
        return made if isinstance(made, Apply) else None

    def other(self, stmt: Apply) -> Expr:
        """What is neither an operator nor a display."""
        args = stmt.args
        match stmt.op:
            case "getitem":
                return self.item(args[0], args[1])
            case "same" | "unpack":  # the names to the left take it apart
                return self.atom(args[0])
            case "ifelse":
                return ternary(*map(self.atom, args))
            case "zeros" | "plus" if (found := self._structure(stmt)) is not None:
                return found
            case "contains":
                return binary("in", self.atom(args[1]), self.atom(args[0]))
            case "slice":
                return call("slice", *map(self.atom, args))
            case "attribute":
                return attribute(self.atom(args[0]), str(_name(args[1])))
            case "builtins.str.format":
                return self.formatted(stmt)
        kwargs = {name: self.atom(a) for name, a in stmt.kwargs}
        return spell_call(stmt, [self.atom(a) for a in args], kwargs, self.imports)

    def display(self, stmt: Apply, items: list[Expr]) -> Expr:
        """`(a, b)`, `[a, b]`, `{k: v}`, `Point(x=a, y=b)`, from the printed items."""
        shown = [item(x) for x in items]
        match stmt.op:
            case "tuple":
                return bare(*shown)
            case "list":
                return listing(*shown)
            case "dict":
                keys = [item(self.atom(a)) for a in stmt.args[::2]]
                pairs = zip(keys, shown, strict=True)
                return Display(tuple(Pair(k, v) for k, v in pairs), "{", "}")
        given = zip((name for name, _ in stmt.kwargs), items, strict=True)
        owner = [self.atom(a) for a in stmt.args]
        if stmt.op == "new":
            return call(flat(owner[0]), **dict(given))
        return spell_call(stmt, owner, dict(given), self.imports)

    def item(self, x: Atom, index: Atom) -> Expr:
        """`x[index]`."""
        return subscript(self.atom(x), *self.indices(index))

    def indices(self, index: Atom) -> list[Expr]:
        """What stands between the brackets, a tuple without its parentheses."""
        parts: Iterable[Atom]
        stmt = self.nesting.nested.get(index.name) if isinstance(index, Var) else None
        if isinstance(stmt, Apply) and stmt.op == "tuple":
            parts = stmt.args
        elif isinstance(index, Const) and isinstance(index.value, tuple):
            if index.name:
                return [self.constant(index)]
            parts = [Const(v) for v in index.value]
        else:
            return [self.index(index)]
        found = [self.index(p) for p in parts]
        return found if len(found) > 1 else [Display(tuple(found), "(", ")")]

    def index(self, index: Atom) -> Expr:
        """One item of a subscript, a slice with colons."""
        if isinstance(index, Const) and not index.name:
            if isinstance(index.value, slice):
                return index_slice(index.value)
            return literal(index.value)
        stmt = self.nesting.nested.get(index.name) if isinstance(index, Var) else None
        if isinstance(stmt, Apply) and stmt.op == "slice":
            none = Const(None)
            parts = [None if a == none else self.atom(a) for a in stmt.args]
            return slicing(*parts)
        return self.atom(index)

    def formatted(self, stmt: Apply) -> Expr:
        """An f-string."""
        template, *values = stmt.args
        if not isinstance(template, Const) or stmt.kwargs:
            return method(self.atom(template), "format", *map(self.atom, values))
        found = _f_string(
            str(template.value), [flat(item(self.atom(v))) for v in values]
        )
        if found is None:
            owner = Text(quote(str(template.value)))
            return method(owner, "format", *map(self.atom, values))
        return Text(found)

    def extended(self, items: Atom, value: Atom) -> Expr:
        """`[*items, value]`: a list with one more item, without touching it."""
        return listing(starred(self.atom(items)), item(self.atom(value)))

    def returned(self, value: Atom, copied: dict[int, str]) -> Expr:
        """What follows `return`: each result that the caller must own is copied."""
        number = -1

        def shown(atom: Atom) -> Expr:
            nonlocal number
            stmt = self.nesting.nested.get(atom.name) if isinstance(atom, Var) else None
            if isinstance(stmt, Apply) and is_display(stmt.op):
                return self.display(stmt, [shown(a) for a in shown_items(stmt)])
            number += 1
            return self.owned(atom, copied.get(number, ""))

        return shown(value)

    def owned(self, atom: Atom, how: str) -> Expr:
        """A value, copied as `how` says: not at all, as an array, or in depth."""
        value = self.atom(atom)
        if not how:
            return value
        if how == "array" and isinstance(atom.type, Array):
            return method(value, "copy")
        return call(self.imports.spell("copy.deepcopy"), value)


def _name(atom: Atom) -> Any:
    assert isinstance(atom, Const)
    return atom.value


def _f_string(template: str, values: list[str]) -> str | None:
    """The f-string of a template and its values; None where quotes forbid it."""
    out: list[str] = []
    queue = list(values)
    parts: Any = string.Formatter().parse(template)
    for text, name, spec, conversion in parts:
        out.append(quote(text)[1:-1].replace("{", "{{").replace("}", "}}"))
        if "'" in quote(text)[:1]:
            return None
        if name is None:
            continue
        if name or not queue:
            return None
        shown = queue.pop(0)
        if any(c in shown for c in "\"'\\{}"):
            return None
        tail = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        out.append(f"{{{shown}{tail}}}")
    return 'f"' + "".join(out) + '"'
