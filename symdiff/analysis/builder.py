"""The builder: operations go in, typed and uniquely named statements come out.

It makes no decisions: a call is put into the canonical form of its rule, its result
gets the type that the rule infers and a name that is free. A nested block has a
builder of its own that shares the `Names` of the function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symdiff.ir.lengths import bound
from symdiff.ir.nodes import NOWHERE, Apply, Atom, Const, Origin, Stmt, Var
from symdiff.ir.types import ANY, List, Tuple, Type
from symdiff.rules import registry


class Names:
    """The names taken in one function: `h`, `h_1`, `h_2`; temporaries `_1`, `_2`."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}
        self._log: list[tuple[str, str, int | None]] = []

    def take(self, base: str) -> str:
        """A free name for a value called `base`, from now on taken."""
        before = self._last.get(base)
        count = before or 0
        name = base
        while not name or name in self._taken:
            count += 1
            name = f"{base}_{count}"
        self._taken.add(name)
        self._last[base] = count
        self._log.append((name, base, before))
        return name

    def reserve(self, base: str) -> str:
        """A free name that no `rollback` gives back."""
        name = self.take(base)
        self._log.pop()
        return name

    def retake(self, name: str, base: str) -> str:
        """A free name for what was called `name`, given back if it is the last."""
        if self._log and self._log[-1][0] == name:
            self.rollback(len(self._log) - 1)
        return self.take(base)

    def mark(self) -> int:
        """The present moment, for `rollback`."""
        return len(self._log)

    def since(self, mark: int) -> frozenset[str]:
        """The names that were taken after the mark and not given back."""
        return frozenset(name for name, _, _ in self._log[mark:])

    def rollback(self, mark: int) -> None:
        """Give back every name that was taken after the mark."""
        while len(self._log) > mark:
            name, base, before = self._log.pop()
            self._taken.discard(name)
            if before is None:
                self._last.pop(base, None)
            else:
                self._last[base] = before


class Builder:
    """The statements of one block, in the making."""

    def __init__(self, names: Names | None = None, origin: Origin = NOWHERE) -> None:
        self.names = names if names is not None else Names()
        self.origin = origin
        self.stmts: list[Stmt] = []

    def nested(self, origin: Origin | None = None) -> Builder:
        """A builder for a block inside this one."""
        return Builder(self.names, self.origin if origin is None else origin)

    def fresh(self, base: str = "", type: Type = ANY, temp: bool = False) -> Var:
        """A new variable with a name of its own."""
        name = self.names.take(base)
        return Var(name, bound(type, name), base, temp)

    def like(self, var: Var) -> Var:
        """A new version of a variable: same base, type and kind."""
        return self.fresh(var.base, var.type, var.temp)

    def emit(self, stmt: Stmt) -> None:
        """Append a finished statement."""
        self.stmts.append(stmt)

    def apply(
        self,
        op: str,
        /,
        *args: Any,
        base: str = "",
        temp: bool = True,
        origin: Origin | None = None,
        **kwargs: Any,
    ) -> Var:
        """Bind one operation with a single result; plain values become constants."""
        (out,) = self.bind(op, args, kwargs, (base,), temp=temp, origin=origin)
        return out

    def apply_many(
        self,
        n: int,
        op: str,
        /,
        *args: Any,
        base: tuple[str, ...] = (),
        temp: bool = True,
        origin: Origin | None = None,
        **kwargs: Any,
    ) -> tuple[Var, ...]:
        """Bind one operation with `n` results."""
        bases = base or ("",) * n
        return self.bind(op, args, kwargs, bases, temp=temp, origin=origin)

    def bind(
        self,
        op: str,
        args: Iterable[Any],
        kwargs: Mapping[str, Any],
        bases: tuple[str, ...] = ("",),
        *,
        temp: bool = True,
        origin: Origin | None = None,
    ) -> tuple[Var, ...]:
        """Bind one operation in its canonical form, one variable for each of `bases`.

        Raises `TypeError` in Python's words if the arguments do not fit the rule.
        """
        positional = tuple(map(atom, args))
        named = tuple((name, atom(value)) for name, value in kwargs.items())
        entry = registry.find(op)
        if entry is not None:
            op = entry.op
            positional, named = registry.bind(entry, positional, dict(named))
        types = infer(op, positional, named, len(bases))
        pairs = zip(bases, types, strict=True)
        outs = tuple(self.fresh(base, type, temp) for base, type in pairs)
        place = self.origin if origin is None else origin
        self.emit(Apply(outs, op, positional, named, place))
        return outs


def atom(value: Any) -> Atom:
    """A variable or constant as it is, any other value as a constant."""
    return value if isinstance(value, Var | Const) else Const(value)


def infer(
    op: str,
    args: tuple[Atom, ...],
    kwargs: tuple[tuple[str, Atom], ...],
    count: int = 1,
) -> tuple[Type, ...]:
    """The types of the results of a canonical call, as far as the rule table knows.

    A single type for several results is the type of each of them.
    """
    entry = registry.find(op)
    if entry is None:
        return (ANY,) * count
    found = entry.infer(args, dict(kwargs))
    if op == "unpack" and isinstance(found, List):
        # How many items a list is unpacked into is known here only.
        return (found.item,) * count
    if isinstance(found, Tuple) and count > 1:
        found = found.items
    types = found if isinstance(found, tuple) else (found,) * count
    return types if len(types) == count else (ANY,) * count
