"""The IR's text, a subset of Python: `parse(dump(p)) == p`, types and origins included.

    G = 9.81

    def fall(t: float, n: int):
        c: float = mul(G, t)                  # ~ 2:9-14
        s: float = mul(0.5, c)                # 2:5-20
        over = builtins.range(n)              # ~ 3:14-22
        for i in over:                        # 3:5-4:20; i: int
            s_1: float = phi(s, s_2)
            s_2: float = mul(s_1, t)          # 4:9-19
        return s_1                            # 5:5-13

A comment holds `~` for a temp, the spans, the sweep, and `as h` for a base that does
not follow from the name (`as -` for none); then, after `;`, what is known of variables
that cannot be annotated in their place. The phis of an `if` stand behind it, those of
a loop open its body; a `while` leaves by `if not test: break`. A bare name that is not
a core operation calls a function of the program; `op("name", ...)`, `call("name", ...)`
and `named("name", value)` spell what has no plain form. The length symbol `w.0` is
printed `w[0]`, and either is read.
"""

from __future__ import annotations

import textwrap

from symdiff.ir.nodes import Function, Program
from symdiff.ir.printer import show_function, show_program
from symdiff.ir.reader import read_constants, read_functions, scan


def dump(code: Program | Function) -> str:
    """Print a program or one function."""
    if isinstance(code, Program):
        return show_program(code, {}) + "\n"
    return show_function(code, {}, {}) + "\n"


def parse(text: str) -> Program:
    """Read a program; raises `ValueError` or `SyntaxError` if it is none."""
    found = scan(textwrap.dedent(text))
    constants = read_constants(found)
    return Program(read_functions(found, dict(constants)), constants)


def parse_function(text: str) -> Function:
    """Read the last function of a text."""
    return parse(text).main
