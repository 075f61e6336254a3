"""Names and order in the printed source: tapes, saved values, reads before stores."""

from __future__ import annotations

import textwrap

import pytest

from symdiff.backend import emit, load
from symdiff.ir.run import run
from symdiff.ir.text import parse


def body(ir: str) -> list[str]:
    """The lines of the printed entry, without its `def` line and indentation."""
    source = emit(parse(textwrap.dedent(ir)))
    lines = source.rpartition("def ")[2].split("\n")[1:-1]
    return [line.removeprefix("    ") for line in lines]


TAPE = """
    def f(x: f8[4], n: int):
        tape: list[f8[4]] = list()                  # forward as tape
        _1: range = builtins.range(n)               # ~ forward as -
        for i in _1:                                # forward; i: int
            tape_1: list[f8[4]] = phi(tape, tape_2)
            x_1: f8[4] = phi(x, x_2)
            _2: f8[4] = pow(x_1, 2)                 # ~ forward as -
            tape_2: list[f8[4]] = append(tape_1, _2)    # forward
            x_2: f8[4] = sub(x_1, _2)               # forward
        _3 = builtins.reversed(tape_1)              # ~ reverse as -
        for _9 in _3:                               # reverse; _9: f8[4] as -
            x_bar: f8[4] = phi(x_1, x_bar_1)
            x_bar_1: f8[4] = mul(x_bar, _9)         # reverse
        return x_bar                                # reverse
"""


def test_a_tape_is_named_after_what_it_holds() -> None:
    assert body(TAPE) == [
        "# forward",
        "x2_tape = []",
        "for _ in range(n):",
        "    x2 = x**2",
        "    x2_tape.append(x2)",
        "    x = x - x2",
        "x_bar = x",
        "for x2 in reversed(x2_tape):",
        "    x_bar = x_bar * x2",
        "return x_bar.copy()",
    ]


SPLIT = """
    def g_fwd(x: float):
        _1: float = math.exp(x)                     # ~ as -
        _2: float = pow(x, 3)                       # ~ as -
        y: float = mul(_1, _2)
        _3: tuple[float, float] = tuple(_1, _2)     # ~ as -
        _4: tuple[float, tuple[float, float]] = tuple(y, _3)    # ~ as -
        return _4
    def g_bwd(saved: tuple[float, float], out_bar: float):
        _1, _2 = unpack(saved)  # ; _1: ~ float as -; _2: ~ float as -
        x_bar: float = mul(out_bar, _1)
        z_bar: float = mul(x_bar, _2)
        _5: tuple[float, float] = tuple(x_bar, z_bar)           # ~ as -
        return _5
    def f(x: float):
        y, g_saved = g_fwd(x)
        _1, _2 = g_bwd(g_saved, y)  # ; _1: ~ float as -; _2: ~ float as -
        _3: float = add(_1, _2)                     # ~ as -
        _4: float = add(_3, _1)                     # ~ as -
        return _4
"""


def test_what_is_saved_has_the_same_name_in_both_functions() -> None:
    source = emit(parse(textwrap.dedent(SPLIT)))
    assert "exp_x = math.exp(x)\n    x3 = x**3\n" in source
    assert "exp_x, x3 = saved\n" in source
    assert "g_x_bar, g_z_bar = g_bwd(g_saved, y)\n" in source


ALONE = """
    def f(x: f8[3], *, more: tuple[i8[3]]):
        _1: i8[3] = unpack(more)                    # ~ as -
        _2: b1[3] = ne(_1, 0)                       # ~ as -
        _3: f8[3] = mul(x, _2)                      # ~ as -
        return _3
"""


def test_the_only_item_of_a_tuple_is_taken_out_of_it() -> None:
    assert body(ALONE) == ["(t,) = more", "return x * (t != 0)"]


READ = """
    def f(x: f8[4], i: int):
        u: f8[4] = numpy.sin(x)
        u_1: f8[4] = setitem(u, i, 0.0)
        _1: int = add(i, 1)                         # ~ as -
        g: f8 = getitem(u, _1)
        u_2: f8[4] = additem(u_1, 0, g)
        return u_2
"""


def test_an_old_version_is_read_before_the_store() -> None:
    assert body(READ) == [
        "u = np.sin(x)",
        "g = u[i + 1]",
        "u[i] = 0.0",
        "u[0] += g",
        "return u",
    ]


UNSET = """
    def f(x: float, y: float):
        _1: bool = gt(x, 0)                         # ~ as -
        if _1:
            a: float = mul(x, 2)
        else:
            pass
        b: float = phi(a, undef)
        _2: bool = gt(y, 0)                         # ~ as -
        if _2:
            c: float = math.sin(y)
        else:
            pass
        d: float = phi(b, y)
        _3: bool = gt(x, 0)                         # ~ as -
        if _3:
            pass
        else:
            pass
        e: float = phi(b, d)
        return e
"""


@pytest.mark.parametrize("args", [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)])
def test_a_value_that_is_not_set_may_be_passed_on(args: tuple[float, float]) -> None:
    program = parse(textwrap.dedent(UNSET))
    assert load(emit(program), "f")(*args) == run(program, *args)


def test_generated_names_evade_the_users() -> None:
    ir = """
        def f(h_1: float, h: float):
            h_2: float = math.sin(h)                # as h
            _1: float = add(h, h_2)                 # ~ as -
            _2: float = add(_1, h_1)                # ~ as -
            return _2
    """
    assert body(ir) == ["h_2 = math.sin(h)", "return h + h_2 + h_1"]


def test_a_local_name_of_a_builtin_that_is_called_changes() -> None:
    ir = """
        def f(x: f8[4]):
            sum: f8 = builtins.sum(x)
            len: f8 = mul(sum, 2.0)
            return len
    """
    assert body(ir) == ["sum_ = sum(x)", "len = sum_ * 2.0", "return len"]
