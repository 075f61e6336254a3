"""Which derivative applies to a call: conditions over what is known of its arguments.

A condition is a Python expression over `x.ndim`, `x.shape`, `x.dtype`, `x.python`,
`x.array`, `x.basic` and the constant values of the arguments. What is not known makes
the condition fail, so a later, more general case is taken.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from types import CodeType
from typing import Any

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    AnyType,
    Array,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    dtype_of,
    rank,
    shape_of,
)
from symdiff.rules.projection import projected, takes_complex
from symdiff.rules.registry import Case, Rule, arguments

KINDS = {
    Scalar: "scalar",
    Array: "array",
    List: "list",
    Tuple: "tuple",
    Table: "dict",
}


class NoCase(LookupError):
    """A call of a known operation in a form that has no derivative: says why."""


class Unknown(Exception):
    """A condition asks for something that is not known."""


class Facts:
    """What is known of one argument; to ask for anything else raises `Unknown`.

    Where complex numbers are about (`mixed`), a value of unknown dtype is complex.
    """

    def __init__(self, kind: Type, mixed: bool) -> None:
        self._type = kind
        self._mixed = mixed

    def __getattr__(self, name: str) -> Any:
        found = _fact(self._type, name)
        if found is None and name == "complex" and self._mixed:
            return True
        if found is None:
            raise Unknown(name)
        return found


def _fact(t: Type, name: str) -> Any:
    match name:
        case "ndim":
            return rank(t)
        case "shape":
            return shape_of(t)
        case "dtype":
            return dtype_of(t)
        case "complex":
            dtype = dtype_of(t)
            return None if dtype is None else dtype[0] == "c"
        case "python":
            return None if isinstance(t, AnyType) else getattr(t, "python", False)
        case "array":
            return None if isinstance(t, AnyType) else isinstance(t, Array)
        case "kind":
            return t.kind if isinstance(t, Opaque) else KINDS.get(type(t))
        case "item_ndim":
            return rank(t.item) if isinstance(t, List) else None
        case "basic":
            return is_basic(t)
    raise AttributeError(f"a condition asks for {name!r}")


def is_basic(t: Type) -> bool | None:
    """Whether an index of this type names no element twice; None if it is not known."""
    match t:
        case Scalar() | Opaque(kind="slice" | "none" | "ellipsis"):
            return True
        case Array(dtype=dtype):
            return None if dtype is None else dtype == "b1"
        case List(item=Scalar(dtype="b1")):
            return True
        case List():
            return False
        case Tuple(items=items):
            parts = [is_basic(item) for item in items]
            return None if None in parts else all(parts)
    return None


def environment(
    entry: Rule, args: tuple[Atom, ...], kwargs: Mapping[str, Atom] | Iterable[Any]
) -> dict[str, Atom]:
    """The arguments of a canonical call by the names that templates use.

    The operands of a starred parameter `xs` are `xs_0`, `xs_1`, and so on.
    """
    names: dict[str, Atom] = {}
    for name, value in arguments(entry, args, dict(kwargs).items()).items():
        if isinstance(value, tuple):
            names.update((f"{name}_{n}", atom) for n, atom in enumerate(value))
        else:
            names[name] = value
    return names


def select(
    entry: Rule,
    args: tuple[Atom, ...],
    kwargs: Mapping[str, Atom] | Iterable[Any] = (),
    *,
    mixed: bool = False,
) -> Case:
    """The derivatives of one canonical call; `NoCase` if this form has none.

    `mixed`: the program has complex numbers, and a value of unknown dtype may be one.
    """
    pairs = dict(kwargs)
    names = environment(entry, args, pairs)
    if not takes_complex(entry, names):
        raise NoCase(f"{entry.op} has no derivative for complex numbers")
    case = _select(entry, args, pairs, names, mixed)
    return projected(case, names, entry.infer(args, pairs), mixed)


def _select(
    entry: Rule,
    args: tuple[Atom, ...],
    pairs: Mapping[str, Atom],
    names: Mapping[str, Atom],
    mixed: bool,
) -> Case:
    for case in entry.cases:
        if holds(case.when, names, mixed):
            return case
    if entry.make is not None:
        return entry.make(args, pairs)
    raise NoCase(f"{entry.op} has no derivative in this form")


def holds(when: str, names: Mapping[str, Atom], mixed: bool = False) -> bool:
    """Whether a condition is known to be true."""
    if not when:
        return True
    code, bare = _compiled(when)
    env: dict[str, Any] = {"len": len}
    for name, atom in names.items():
        if name not in bare:
            env[name] = Facts(atom.type, mixed)
        elif isinstance(atom, Const):
            env[name] = atom.value
    if bare - set(env):
        return False
    try:
        return bool(
            eval(code, {"__builtins__": {"isinstance": isinstance, **TYPES}}, env)
        )
    except (Unknown, TypeError):  # a length that is not a number has no order
        return False


TYPES = {"int": int, "float": float, "tuple": tuple, "str": str, "bool": bool}


@cache
def _compiled(when: str) -> tuple[CodeType, frozenset[str]]:
    """A condition's code, and the names whose constant value it needs."""
    tree = ast.parse(when, mode="eval")
    inside = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    bare = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in inside
    }
    hidden = {"len", "isinstance", *TYPES}
    return compile(tree, "<when>", "eval"), frozenset(bare - hidden)
