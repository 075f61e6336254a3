"""Long lines: what we print is what `ruff format` leaves alone."""

from __future__ import annotations

import random
import re
import shutil
import subprocess

import pytest

from symdiff.backend import syntax as sx
from symdiff.backend.layout import header, lay_out
from symdiff.backend.rows import Printed, Region, Row
from symdiff.backend.tree import Expr, Text

NAMES = ["x", "y", "alpha", "u_bar", "hidden_state", "W1", "a_really_long_name", "n"]
CALLS = ["np.sum", "np.exp", "helper", "np.linalg.solve"]


class Expressions:
    """Random expressions of every kind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def name(self) -> Expr:
        return Text(self.random.choice(NAMES))

    def some(self, low: int, high: int, depth: int) -> list[Expr]:
        return [self.expr(depth) for _ in range(self.random.randrange(low, high))]

    def expr(self, depth: int) -> Expr:
        r = self.random
        if depth <= 0:
            literal = Text(r.choice(["2", "0.5", "-1", "1e-12"]))
            return self.name() if r.random() < 0.8 else literal
        d = depth - 1
        match r.randrange(12):
            case 0 | 1 | 2 | 3:
                op = r.choice(["+", "-", "*", "/", "@", "**", "+", "*"])
                return sx.binary(op, self.expr(d), self.expr(d))
            case 4:
                return sx.unary(r.choice("-~"), self.expr(d))
            case 5:
                named = {"axis": self.expr(0)} if r.random() < 0.3 else {}
                return sx.call(r.choice(CALLS), *self.some(0, 4, d), **named)
            case 6:
                return sx.subscript(self.name(), *(self.index(d) for _ in range(2)))
            case 7:
                return sx.attribute(self.expr(d), r.choice(["T", "shape"]))
            case 8:
                op = r.choice(["<", ">=", "==", "and", "or"])
                return sx.binary(op, self.expr(d), self.expr(d))
            case 9:
                return sx.ternary(self.expr(d), self.expr(d), self.expr(d))
            case 10:
                return sx.listing(*self.some(0, 4, d))
        return sx.method(self.expr(d), "reshape", self.expr(d - 1), self.expr(0))

    def index(self, depth: int) -> Expr:
        match self.random.randrange(3):
            case 0:
                return self.expr(depth - 1)
            case 1:
                return sx.slicing(self.expr(0), self.expr(depth - 1), None)
        return sx.slicing(None, Text("-1"), None)

    def row(self) -> Printed:
        r = self.random
        depth = r.choice([2, 3, 4])
        value = self.expr(depth)
        match r.randrange(9):
            case 0 | 1:
                return Row(value, self.name(), r.choice(["=", "+="]))
            case 2:
                return Row(value, sx.subscript(self.name(), self.expr(1)), "-=")
            case 3:
                return Row(sx.bare(*self.some(2, 5, depth - 1)), keyword="return")
            case 4:
                return Row(value, keyword="return")
            case 5:
                return Row(sx.call("np.add.at", *self.some(3, 4, depth - 1)))
            case 6:
                word = r.choice(["if", "while"])
                return Region(word, value, [Row(Text("pass"))])
            case 7:
                body: list[Printed] = [Row(Text("pass"))]
                return Region(
                    "for", value, body, target=sx.bare(self.name(), self.name())
                )
        return Row(value, sx.bare(self.name(), self.name()))


def formatted(source: str) -> str:
    ruff = shutil.which("ruff") or "ruff"
    command = [ruff, "format", "--isolated", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
def test_random_statements_are_laid_out_as_ruff_does() -> None:
    make = Expressions(1)
    ours = ["\n".join(lay_out([make.row()], 1)) for _ in range(1500)]
    source = "def f():\n" + "".join(f"    mark_{i}\n{t}\n" for i, t in enumerate(ours))
    theirs = re.split(r"    mark_\d+\n", formatted(source))[1:]
    differ = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b.rstrip("\n")]
    # A power of two long operands, and the like, may still be broken otherwise.
    assert len(differ) <= 2, differ[2]


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
@pytest.mark.parametrize("count", [3, 12, 20, 40])
def test_headers_are_laid_out_as_ruff_does(count: int) -> None:
    params = [f"p{i}" for i in range(count)] + ["*", "table=2.0"]
    source = "\n".join([*header("some_function_grad", params), "    pass\n"])
    assert formatted(source) == source


def test_a_long_chain_takes_one_line_for_each_operand() -> None:
    total: Expr = Text("a_long_name_to_begin_with")
    for i in range(5):
        total = sx.binary(
            "+", total, sx.binary("*", Text(f"factor_{i}"), Text("weight"))
        )
    assert lay_out([Row(total, Text("y"))], 0) == [
        "y = (",
        "    a_long_name_to_begin_with",
        "    + factor_0 * weight",
        "    + factor_1 * weight",
        "    + factor_2 * weight",
        "    + factor_3 * weight",
        "    + factor_4 * weight",
        ")",
    ]


def test_a_comment_that_does_not_fit_goes_above() -> None:
    row = Row(Text("x"), Text("y"), comment="# " + "word " * 17)
    assert lay_out([row], 1)[1] == "    y = x"
