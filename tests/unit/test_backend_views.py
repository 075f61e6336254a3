"""What may share storage: a view that is not known to be one would lose data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from rules.examples import calls

from symdiff.backend.views import basic_index, viewed
from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import ANY, Array, Tuple, type_of_value
from symdiff.rules import RULES, find


def arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from arrays(item)
    elif isinstance(value, np.ndarray):
        yield value


def shares(a: Any, b: Any) -> bool:
    return any(np.may_share_memory(x, y) for x in arrays(a) for y in arrays(b))


def atom(name: str, value: Any) -> Atom:
    known = isinstance(value, (np.ndarray, tuple, list, float, np.generic))
    return Var(name, type_of_value(value)) if known else Const(value)


def undeclared(op: str) -> Iterator[str]:
    """The arguments whose storage a result shares without saying so."""
    entry = find(op)
    assert entry is not None
    for values, kwargs in calls(entry):
        try:
            out = meaning(op)(*values, **kwargs)
        except Exception:
            # Some examples are for derivatives only, and are not calls as they stand.
            continue
        args = tuple(atom(f"a{i}", v) for i, v in enumerate(values))
        outs = tuple(Var(f"o{i}", ANY) for i in range(entry.outs))
        named = tuple((k, atom(f"k_{k}", v)) for k, v in kwargs.items())
        found = viewed(Apply(outs, op, args, named))
        for arg, value in zip(args, values, strict=True):
            if shares(out, value) and found is not None and arg not in found:
                yield f"{arg} of {args}"


SPECIAL = {"getitem", "setitem", "additem", "append", "pop", "tuple", "list", "unpack"}


@pytest.mark.parametrize("op", sorted(set(RULES) - SPECIAL))
def test_no_rule_hides_a_view(op: str) -> None:
    assert list(undeclared(op)) == []


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (Const(0), True),
        (Const(slice(1, 2)), True),
        (Const((slice(None), 0)), True),
        (Const([0, 1]), False),
        (Var("i", Array("i8", (3,))), False),
        (Var("i", Tuple((Array("i8", (3,)), Array("i8", (3,))))), False),
        (Var("i"), True),
    ],
)
def test_only_arrays_and_lists_as_indices_copy(index: Atom, expected: bool) -> None:
    assert basic_index(index) is expected
