"""In-place stores: the printed program computes what the IR means, and no more."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from random_ir import arguments, random_program

import symdiff.rules  # noqa: F401
from symdiff.backend import emit, load, ownership
from symdiff.ir.check import check
from symdiff.ir.nodes import Program
from symdiff.ir.run import run
from symdiff.ir.text import parse


def arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from arrays(item)
    elif isinstance(value, np.ndarray):
        yield value


def equal(a: Any, b: Any) -> bool:
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(equal, a, b))
    return np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True)


def shared(a: Any, b: Any) -> bool:
    return any(np.shares_memory(x, y) for x in arrays(a) for y in arrays(b))


def faults(program: Program, args: tuple[Any, ...]) -> Iterator[str]:
    """What is wrong with the printed program."""
    check(program)
    with np.errstate(all="ignore"):
        expected = run(program, *copy.deepcopy(args))
        given = copy.deepcopy(args)
        got = load(emit(program), program.main.name)(*given)
    if not equal(given, args):
        yield "an argument was written to"
    if not equal(got, expected):
        yield "another result"
    if shared(got, given):
        yield "the result shares storage with an argument"
    items = got if isinstance(got, tuple) else (got,)
    if any(shared(a, b) for i, a in enumerate(items) for b in items[:i]):
        yield "two results share storage"


def run_seeds(seeds: range, size: int, unknown: float) -> list[tuple[int, str]]:
    return [
        (seed, fault)
        for seed in seeds
        for fault in faults(random_program(seed, size, unknown), arguments(seed))
    ]


@pytest.mark.parametrize(
    ("size", "unknown"), [(4, 0.0), (12, 0.0), (12, 0.4), (25, 0.1)]
)
def test_random_programs(size: int, unknown: float) -> None:
    assert run_seeds(range(60), size, unknown) == []


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("size", [3, 6, 12, 30])
def test_many_random_programs(size: int, unknown: float) -> None:
    assert run_seeds(range(1000, 1100), size, unknown) == []


def test_a_missing_copy_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    blame = ownership._blame

    def blind(store: Any, *rest: Any) -> frozenset[str]:
        # A list that grows while a loop runs over it would never end.
        on_list = store.stmt.op in ("append", "pop")
        return blame(store, *rest) if on_list else frozenset()

    monkeypatch.setattr(ownership, "_blame", blind)
    assert len(run_seeds(range(60), 8, 0.0)) > 5


def body(text: str) -> str:
    """The printed body of the entry, without indentation."""
    source = emit(parse(text))
    return source.partition(":\n")[2].replace("\n    ", "\n").strip()


KEPT = """
def f(x: f8[4]):
    u: f8[4] = numpy.sin(x)
    u_1: f8[4] = setitem(u, 0, 1.0)
    _1: tuple[f8[4], f8[4]] = tuple(u, u_1)      # ~ as -
    return _1
"""


def test_a_version_that_is_read_later_is_copied() -> None:
    assert body(KEPT) == "u = np.sin(x)\nu_1 = u.copy()\nu_1[0] = 1.0\nreturn u, u_1"


VIEW = """
def f(x: f8[4]):
    u: f8[4] = numpy.sin(x)
    v: f8[2] = getitem(u, slice(0, 2, None))
    u_1: f8[4] = setitem(u, 0, 1.0)
    w: f8[2] = mul(v, 2.0)
    _1: tuple[f8[4], f8[2]] = tuple(u_1, w)      # ~ as -
    return _1
"""


def test_a_view_that_is_read_later_is_copied_rather_than_its_array() -> None:
    expected = "u = np.sin(x)\nv = u[0:2].copy()\nu[0] = 1.0\nw = v * 2.0\nreturn u, w"
    assert body(VIEW) == expected


MADE = """
def f(x: f8[4]):
    u: f8[4] = numpy.sin(x)
    _1: f8 = getitem(u, 1)                       # ~ as -
    _2: f8 = numpy.cos(_1)                       # ~ as -
    _3: f8[4] = numpy.zeros_like(u)              # ~ as -
    u_1: f8[4] = additem(_3, 0, _2)
    return u_1
"""


def test_a_store_into_a_new_array_may_read_what_the_array_was_made_of() -> None:
    assert not list(faults(parse(MADE), (np.arange(4.0),)))


ENTRY = """
def f(x: f8[4], n: int):
    _1: range = builtins.range(n)                # ~ as -
    for i in _1:                                 # ; i: int
        u: f8[4] = phi(x, u_1)
        u_1: f8[4] = additem(u, i, 1.0)
    return u
"""


def test_a_parameter_is_copied_once_before_the_loop() -> None:
    expected = "u = x.copy()\nfor i in range(n):\n    u[i] += 1.0\nreturn u"
    assert body(ENTRY) == expected


SCALARS = """
def f(x: float, n: int):
    _1: range = builtins.range(n)                # ~ as -
    for i in _1:                                 # ; i: int
        s: float = phi(x, s_1)
        s_1: float = iadd(s, 1.0)
    return s
"""


def test_numbers_are_immutable() -> None:
    assert body(SCALARS) == "s = x\nfor _ in range(n):\n    s += 1.0\nreturn s"


STACK = """
def f(x: f8[4]):
    l: list[f8[4]] = list()
    l_1: list[f8[4]] = append(l, x)
    l_2: list[f8[4]] = append(l_1, x)
    l_3, y = pop(l_2)                            # ; l_3: list[f8[4]]; y: f8[4]
    z: f8[4] = iadd(y, 1.0)
    _1: tuple[f8[4], list[f8[4]]] = tuple(z, l_3)     # ~ as -
    return _1
"""


def test_a_list_is_used_in_place_but_not_what_the_caller_put_into_it() -> None:
    assert body(STACK).split("\n")[:4] == [
        "l = []",
        "l.append(x)",
        "l.append(x)",
        "y = l.pop()",
    ]
    assert list(faults(parse(STACK), (np.arange(4.0),))) == []


def test_read_only_views_are_never_written_to() -> None:
    text = """
def f(x: f8[4]):
    u: f8[3, 4] = numpy.broadcast_to(x, (3, 4))
    u_1: f8[3, 4] = setitem(u, 0, 1.0)
    return u_1
"""
    assert list(faults(parse(text), (np.arange(4.0),))) == []


def test_an_item_that_a_list_holds_twice_is_not_added_to_in_place() -> None:
    text = """
def f(x: f8[4]):
    u: f8[4] = numpy.sin(x)
    l: list[f8[4]] = list(u, u)
    l_1: list[f8[4]] = additem(l, 0, 1.0)
    return l_1
"""
    program = parse(text)
    first, second = load(emit(program), "f")(np.zeros(4))
    assert (first == 1.0).all()
    assert (second == 0.0).all()
