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
        u_1: f8[n] = numpy.copy(u)                              # 1:1-2 forward
        _1: int = ndarray.size(u_1)                             # ~ 2:5-28 forward as -
        _2: int = sub(_1, 2)                                    # ~ 2:5-28 forward as -
        _3: tuple[int, int] = tuple(steps, _2)                  # ~ 2:5-28 forward as -
        u_tape: f8[steps, n - 2] = numpy.empty(_3)              # 2:5-28 forward
        _4: range = builtins.range(steps)                       # ~ 2:14-26 forward as -
        for t in _4:                                            # 2:5-28 forward; t: int
            u_2: f8[n] = phi(u_1, u_3)
            u_tape_1: f8[steps, n - 2] = phi(u_tape, u_tape_2)
            _5: f8[n - 2] = getitem(u_2, slice(1, -1, None))    # ~ 3:9-40 forward as -
            u_tape_2: f8[steps, n - 2] = setitem(u_tape_1, t, _5)  # 3:9-40 forward
            _6: f8[n - 2] = getitem(u_2, slice(2, None, None))  # ~ 3:9-40 forward as -
            _7: f8[n - 2] = mul(2, _5)                          # ~ 3:9-40 forward as -
            _8: f8[n - 2] = sub(_6, _7)                         # ~ 3:9-40 forward as -
            _9: f8[n - 2] = mul(alpha, _8)                      # ~ 3:9-40 forward as -
            u_3: f8[n] = additem(u_2, slice(1, -1, None), _9)   # 3:9-40 forward
        u_bar: f8[n] = mul(2, u_2)                              # 4:5-30 reverse
        _10: range = builtins.range(steps)                      # ~ 2:14-26 reverse as -
        _11 = builtins.reversed(_10)                            # ~ 2:14-26 reverse as -
        for t_1 in _11:                                         # 2:5-28 reverse; t_1: int
            alpha_bar: float = phi(0.0, alpha_bar_1)
            u_bar_1: f8[n] = phi(u_bar, u_bar_3)
            _12: f8[n - 2] = getitem(u_bar_1, slice(1, -1, None))  # ~ 3:9-40 reverse as -
            _13: f8[n - 2] = getitem(u_tape_1, t_1)               # ~ 3:9-40 reverse as -
            _14: f8 = matmul(_12, _13)                            # ~ 3:9-40 reverse as -
            alpha_bar_1: float = iadd(alpha_bar, _14)             # 3:9-40 reverse
            _15: f8[n - 2] = mul(alpha, _12)                      # ~ 3:9-40 reverse as -
            _16: f8[n - 2] = mul(2, _15)                          # ~ 3:9-40 reverse as -
            _17: f8[n - 2] = neg(_16)                             # ~ 3:9-40 reverse as -
            u_bar_2: f8[n] = additem(u_bar_1, slice(1, -1, None), _17)  # 3:9-40 reverse
            u_bar_3: f8[n] = additem(u_bar_2, slice(2, None, None), _15)  # 3:9-40 reverse
        _18 = tuple(u_bar_1, alpha_bar)                         # ~ 4:5-30 reverse as -
        return _18                                              # 4:5-30 reverse
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
