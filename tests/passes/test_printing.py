"""The printed source: IR text and the user's statements in, Python out."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import replace

import pytest

from symdiff.backend import emit
from symdiff.errors import Span
from symdiff.ir.nodes import Line, Program, Source
from symdiff.ir.text import parse


def with_source(program: Program, text: str) -> Program:
    """Attach the user's text, whose lines are its statements, to the entry."""
    rows = textwrap.dedent(text).strip("\n").split("\n")
    lines = []
    above: list[str] = []
    for number, row in enumerate(rows, start=1):
        code, _, trailing = row.partition("#")
        indent = len(row) - len(row.lstrip())
        if not code.strip():
            above.append(row.strip())
            continue
        span = Span(number, indent + 1, number, len(code.rstrip()) + 1)
        trailing = f"# {trailing.strip()}" if trailing else ""
        lines.append(Line(span, code.strip(), tuple(above), trailing))
        above = []
    source = Source("f.py", "\n".join(rows), tuple(lines))
    return program.with_main(replace(program.main, source=source))


def printed(ir: str, text: str = "") -> str:
    """The body of the printed entry, without its `def` line."""
    program = parse(textwrap.dedent(ir))
    out = emit(with_source(program, text) if text else program)
    ast.parse(out)
    return out


def check(ir: str, expected: str, text: str = "") -> None:
    assert printed(ir, text) == textwrap.dedent(expected).lstrip("\n")


def test_a_gradient_reads_like_the_users_code():
    check(
        """
        def mse_grad(k0: float, k1: float, x: f8[n], y: f8[n]):
            _1: f8[n] = mul(k1, x)            # ~ 2:18-24 forward; as -
            y_hat: f8[n] = add(k0, _1)        # 2:13-24 forward
            _2: f8[n] = sub(y_hat, y)         # ~ 3:21-30 reverse as -
            _3: f8[n] = mul(2, _2)            # ~ 3:21-30 reverse as -
            _4: int = ndarray.size(y_hat)     # ~ 3:12-40 reverse as -
            y_hat_bar: f8[n] = truediv(_3, _4)    # 3:12-40 reverse
            k0_bar: f8 = numpy.sum(y_hat_bar)     # 2:13-24 reverse
            _5: f8[n] = mul(y_hat_bar, x)         # ~ 2:18-24 reverse as -
            k1_bar: f8 = numpy.sum(_5)            # 2:18-24 reverse
            _6 = tuple(k0_bar, k1_bar)            # ~ 3:5-40 reverse as -
            return _6                             # 3:5-40 reverse
        """,
        """
        import numpy as np


        def mse_grad(k0, k1, x, y):
            # forward
            y_hat = k0 + k1 * x  # the model

            # reverse of: return np.mean((y_hat - y) ** 2)
            y_hat_bar = 2 * (y_hat - y) / y_hat.size

            # reverse of: y_hat = k0 + k1 * x
            k0_bar = np.sum(y_hat_bar)
            k1_bar = np.sum(y_hat_bar * x)
            return k0_bar, k1_bar
        """,
        """
        def mse(k0, k1, x, y):
            y_hat = k0 + k1 * x  # the model
            return np.mean((y_hat - y) ** 2)
        """,
    )


HEAT = """
    def final_energy_grad(u: f8[n], alpha: float, steps: int):
        u_1: f8[n] = numpy.copy(u)  # 1:1-2 forward
        _1: int = ndarray.size(u_1)  # ~ 2:5-28 forward as -
        _2: int = sub(_1, 2)  # ~ 2:5-28 forward as -
        _3: tuple[int, int] = tuple(steps, _2)  # ~ 2:5-28 forward as -
        u_tape: f8[steps, n - 2] = numpy.empty(_3)  # 2:5-28 forward
        _4: range = builtins.range(steps)  # ~ 2:14-26 forward as -
        for t in _4:  # 2:5-28 forward; t: int
            u_2: f8[n] = phi(u_1, u_3)
            u_tape_1: f8[steps, n - 2] = phi(u_tape, u_tape_2)
            _5: f8[n - 2] = getitem(u_2, slice(1, -1))  # ~ 3:9-40 forward as -
            u_tape_2: f8[steps, n - 2] = setitem(u_tape_1, t, _5)  # 3:9-40 forward
            _6: f8[n - 2] = getitem(u_2, slice(2, None))  # ~ 3:9-40 forward as -
            _7: f8[n - 2] = mul(2, _5)  # ~ 3:9-40 forward as -
            _8: f8[n - 2] = sub(_6, _7)  # ~ 3:9-40 forward as -
            _9: f8[n - 2] = mul(alpha, _8)  # ~ 3:9-40 forward as -
            u_3: f8[n] = additem(u_2, slice(1, -1), _9)  # 3:9-40 forward
        u_bar: f8[n] = mul(2, u_2)  # 4:5-30 reverse
        _10: range = builtins.range(steps)  # ~ 2:14-26 reverse as -
        _11 = builtins.reversed(_10)  # ~ 2:14-26 reverse as -
        for t_1 in _11:  # 2:5-28 reverse; t_1: int
            alpha_bar: float = phi(0.0, alpha_bar_1)
            u_bar_1: f8[n] = phi(u_bar, u_bar_3)
            _12: f8[n - 2] = getitem(u_bar_1, slice(1, -1))  # ~ 3:9-40 reverse as -
            _13: f8[n - 2] = getitem(u_tape_1, t_1)  # ~ 3:9-40 reverse as -
            _14: f8 = matmul(_12, _13)  # ~ 3:9-40 reverse as -
            alpha_bar_1: float = iadd(alpha_bar, _14)  # 3:9-40 reverse
            _15: f8[n - 2] = mul(alpha, _12)  # ~ 3:9-40 reverse as -
            _16: f8[n - 2] = mul(2, _15)  # ~ 3:9-40 reverse as -
            _17: f8[n - 2] = neg(_16)  # ~ 3:9-40 reverse as -
            u_bar_2: f8[n] = additem(u_bar_1, slice(1, -1), _17)  # 3:9-40 reverse
            u_bar_3: f8[n] = additem(u_bar_2, slice(2, None), _15)  # 3:9-40 reverse
        _18 = tuple(u_bar_1, alpha_bar)  # ~ 4:5-30 reverse as -
        return _18  # 4:5-30 reverse
"""


def test_stores_are_in_place_and_a_reversed_loop_has_its_header():
    check(
        HEAT,
        """
        import numpy as np


        def final_energy_grad(u, alpha, steps):
            # forward
            u = u.copy()
            u_tape = np.empty((steps, u.size - 2))
            for t in range(steps):
                u_tape[t] = u[1:-1]
                u[1:-1] += alpha * (u[2:] - 2 * u[1:-1])

            # reverse of: return np.sum(u**2)
            u_bar = 2 * u

            # reverse of: for _ in range(steps)
            alpha_bar = 0.0
            for t in reversed(range(steps)):
                # reverse of: u[1:-1] += alpha * (u[2:] - 2 * u[1:-1])
                alpha_bar += u_bar[1:-1] @ u_tape[t]
                prod = alpha * u_bar[1:-1]
                u_bar[1:-1] -= 2 * prod
                u_bar[2:] += prod
            return u_bar, alpha_bar
        """,
        """
        def final_energy(u, alpha, steps):
            for _ in range(steps):
                u[1:-1] += alpha * (u[2:] - 2 * u[1:-1])
            return np.sum(u**2)
        """,
    )


BRANCHES = """
    def f(x: float, y: float):
        _1: bool = gt(x, 0)                     # ~ 3:8-13
        if _1:                                  # 3:5-13
            x_1: float = mul(x, 2)              # 4:9-18
        else:
            _2: bool = lt(y, 0)                 # ~ 5:10-15
            if _2:                              # 5:5-15
                pass
            else:
                x_2: float = sub(x, y)          # 8:9-18
            x_3: float = phi(y, x_2)
        x_4: float = phi(x_1, x_3)
        return x_4                              # 9:5-13
"""


def test_branches_keep_the_users_names_and_elif() -> None:
    check(
        BRANCHES,
        """
        def f(x, y):
            if x > 0:
                x = x * 2
            elif y < 0:
                x = y
            else:
                x = x - y
            return x
        """,
    )


CHOICES = """
    def f(x: float, y: float):
        _1: bool = gt(x, 0)                     # ~
        if _1:
            _2: float = math.sin(x)             # ~ as -
        else:
            _3: bool = lt(y, 0)                 # ~
            if _3:
                pass
            else:
                pass
            _4: float = phi(1.0, 2.0)           # ~ as -
        z: float = phi(_2, _4)
        _5: bool = gt(x, 1)                     # ~ as -
        if _5:
            _6: bool = lt(y, 2)                 # ~ as -
        else:
            pass
        _7: bool = phi(_6, _5)                  # ~ as -
        if _7:
            z_1: float = add(z, 1)
        else:
            pass
        z_2: float = phi(z_1, z)
        return z_2
"""


def test_choices_are_expressions() -> None:
    check(
        CHOICES,
        """
        import math


        def f(x, y):
            z = math.sin(x) if x > 0 else 1.0 if y < 0 else 2.0
            if x > 1 and y < 2:
                z = z + 1
            return z
        """,
    )


SWAP = """
    def f(n: int):
        _1: range = builtins.range(n)           # ~ as -
        for i in _1:                            # ; i: int
            a: int = phi(0, b)
            b: int = phi(1, b_1)
            b_1: int = add(a, b)
        return a
"""


def test_loop_values_that_trade_places_are_assigned_in_order() -> None:
    check(
        SWAP,
        """
        def f(n):
            a = 0
            b = 1
            for _ in range(n):
                b_1 = a + b
                a = b
                b = b_1
            return a
        """,
    )


CYCLE = """
    def f(x: float, y: float, n: int):
        _1: range = builtins.range(n)           # ~ as -
        for i in _1:                            # ; i: int
            a: float = phi(x, b)
            b: float = phi(y, a)
        _2: float = sub(a, b)                   # ~ as -
        return _2
"""


def test_a_cycle_of_loop_values_is_one_assignment() -> None:
    check(
        CYCLE,
        """
        def f(x, y, n):
            a = x
            b = y
            for _ in range(n):
                a, b = b, a
            return a - b
        """,
    )


TUPLES = """
    def f(a: float, b: float):
        _1: float = add(a, b)                   # ~ 2:15-20 as -
        b_1: float = same(_1)                   # 2:12-20
        a_1: float = same(b)                    # 2:5-20
        _2: float = sub(a_1, b_1)               # ~ 3:12-17 as -
        return _2                               # 3:5-17
"""


def test_a_tuple_assignment_is_printed_as_the_user_wrote_it() -> None:
    check(
        TUPLES,
        """
        def f(a, b):
            a, b = b, a + b
            return a - b
        """,
        """
        def f(a, b):
            a, b = b, a + b
            return a - b
        """,
    )


NEWTON = """
    def f(a: float):
        while True:
            x: float = phi(a, x_1)
            d: float = sub(x, 1.0)
            _1: bool = gt(d, 0.1)               # ~ as -
            if not _1: break
            x_1: float = mul(x, 0.5)
        return x
"""


def test_a_head_that_binds_names_becomes_a_break() -> None:
    check(
        NEWTON,
        """
        def f(a):
            x = a
            while True:
                d = x - 1.0
                if not d > 0.1:
                    break
                x = x * 0.5
            return x
        """,
    )


FLAG = """
    def f(xs: list[float]):
        for x in xs:                            # ; x: float
            s: float = phi(0.0, s_2)
            _1: bool = lt(x, 0)                 # ~ as -
            if _1:
                pass
            else:
                s_1: float = add(s, x)
            stopped: bool = phi(True, False)
            s_2: float = phi(s, s_1)
            if stopped: break
        return s
"""


def test_a_flag_is_printed_as_the_users_break() -> None:
    check(
        FLAG,
        """
        def f(xs):
            s = 0.0
            for x in xs:
                if x < 0:
                    break
                s = s + x
            return s
        """,
    )


def test_the_users_comments_stay_in_the_forward_sweep() -> None:
    check(
        """
        def f(x: float, n: int):
            _1: range = builtins.range(n)           # ~ 3:14-22 as -
            for i in _1:                            # 3:5-22; i: int
                x_1: float = phi(x, x_2)
                x_2: float = mul(x_1, 2)            # 5:9-14
            y: float = math.sin(x_1)                # 6:5-20
            return y                                # 7:5-13
        """,
        """
        import math


        def f(x, n):
            # n times
            for _ in range(n):  # the loop
                # doubled
                x = x * 2  # and so on
            y = math.sin(x)
            return y
        """,
        """
        def f(x, n):
            # n times
            for i in range(n):  # the loop
                # doubled
                x *= 2  # and so on
            y = math.sin(x)
            return y
        """,
    )


def test_several_statements_share_one_aligned_comment() -> None:
    check(
        """
        def f_grad(x: float):
            p: float = math.exp(x)                  # 2:5-20 forward
            x_bar: float = mul(2.0, p)              # 2:5-20, 3:5-17 reverse
            return x_bar                            # 3:5-17 reverse
        """,
        """
        import math


        def f_grad(x):
            # forward
            p = math.exp(x)

            # reverse of: p = math.exp(x)
            #             return 2 * p
            x_bar = 2.0 * p
            return x_bar
        """,
        """
        def f(x):
            p = math.exp(x)
            return 2 * p
        """,
    )


def test_a_cotangent_evades_a_name_of_the_user() -> None:
    check(
        """
        def f_grad(x: float, x_bar: float):
            _1: float = mul(x, x_bar)               # ~ 2:5-20 forward as -
            y: float = math.sin(_1)                 # 2:5-20 forward
            x_bar_1: float = mul(y, x_bar)          # 2:5-20 reverse as x_bar
            return x_bar_1                          # 2:5-20 reverse
        """,
        """
        import math


        def f_grad(x, x_bar):
            # forward
            y = math.sin(x * x_bar)

            # reverse of: y = math.sin(x * x_bar)
            x_bar_ = y * x_bar
            return x_bar_
        """,
        """
        def f(x, x_bar):
            y = math.sin(x * x_bar)
            return y
        """,
    )


def test_a_temp_that_is_read_twice_gets_a_name() -> None:
    check(
        """
        def f(x: f8[n], y: f8[n]):
            _1: f8[n] = pow(x, 2)                   # ~ as -
            _2: f8[n] = numpy.exp(x)                # ~ as -
            _3: f8[n] = sub(x, y)                   # ~ as -
            _4: b1[n] = gt(x, y)                    # ~ as -
            a: f8[n] = add(_1, _2)
            b: f8[n] = mul(_1, _2)
            c: f8[n] = mul(_3, _3)
            d: f8[n] = numpy.where(_4, a, b)
            e: f8[n] = numpy.where(_4, c, d)
            return e
        """,
        """
        import numpy as np


        def f(x, y):
            x2 = x**2
            exp_x = np.exp(x)
            diff = x - y
            mask = x > y
            a = x2 + exp_x
            b = x2 * exp_x
            c = diff * diff
            d = np.where(mask, a, b)
            e = np.where(mask, c, d)
            return e
        """,
    )


def test_a_store_between_forces_a_name() -> None:
    check(
        """
        def f(x: f8[n]):
            u: f8[n] = numpy.sin(x)
            _1: f8 = getitem(u, 0)                  # ~ as -
            u_1: f8[n] = setitem(u, 0, 2.0)
            u_2: f8[n] = setitem(u_1, 1, _1)
            return u_2
        """,
        """
        import numpy as np


        def f(x):
            u = np.sin(x)
            u_0 = u[0]
            u[0] = 2.0
            u[1] = u_0
            return u
        """,
    )


def test_helpers_are_printed_without_annotations() -> None:
    out = printed(
        """
        def f(g: any, x: any):
            y: any = unbroadcast(g, x)
            return y
        """
    )
    assert "def unbroadcast(g, x):\n" in out
    assert "Any" not in out
    compile(out, "f", "exec")


@pytest.mark.parametrize("count", [1000, 3000])
def test_long_chains_and_long_functions_compile(count: int) -> None:
    rows = ["_0: float = add(x, 1.0)  # ~ as -"]
    rows += [f"_{i}: float = add(_{i - 1}, {i}.5)  # ~ as -" for i in range(1, count)]
    chain = "def f(x: float):\n    " + "\n    ".join(rows)
    source = printed(f"{chain}\n    return _{count - 1}\n")
    space: dict[str, object] = {}
    exec(compile(source, "f", "exec"), space)
    assert callable(space["f"])
    assert space["f"](0.0) == sum(i + 0.5 for i in range(1, count)) + 1.0
