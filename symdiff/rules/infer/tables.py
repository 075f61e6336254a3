"""The types of dicts whose keys are known at run time only."""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, NONE, List, Scalar, Table, Type, join, join_all
from symdiff.rules.infer.common import Kwargs


def forget_value(t: Type) -> Type:
    """The type without the value of an int, as the items of a list have it."""
    return Scalar(t.dtype, t.python) if isinstance(t, Scalar) else t


def entered(table: Table, key: Atom, value: Atom) -> Table:
    """A dict with one more entry."""
    new = Table(forget_value(key.type), forget_value(value.type), table.factory)
    found = join(table, new)
    assert isinstance(found, Table)
    return found


def table(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`{k: v}`."""
    keys = [forget_value(a.type) for a in args[::2]]
    values = [forget_value(a.type) for a in args[1::2]]
    return Table(join_all(keys), join_all(values), empty=not args)


def default_table(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`defaultdict(float)`."""
    name = args[0].name.rpartition(".")[2] if isinstance(args[0], Const) else ""
    return Table(ANY, List(ANY, 0) if name == "list" else ANY, name, empty=True)


def unspliced(args: tuple[Atom, ...], kwargs: Kwargs) -> tuple[Type, ...]:
    """The cotangents of a list and of what has replaced a slice of it."""
    return args[1].type, args[3].type


def new_set(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`set(items)`: a dict of which only the keys count."""
    kind = args[0].type
    if isinstance(kind, List):
        return Table(kind.item, NONE, "set", kind.length == 0)
    return Table(ANY, NONE, "set")


def copied_table(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`dict(d)`."""
    found = args[0].type if args else ANY
    return replace(found, factory="") if isinstance(found, Table) else ANY


def entry(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`d.get(key, default)`."""
    found = args[0].type
    if not isinstance(found, Table) or len(args) < 3:
        return ANY
    other = forget_value(args[2].type)
    return other if found.empty else join(found.value, other)
