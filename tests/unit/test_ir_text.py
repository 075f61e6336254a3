"""The IR's text: what is printed is Python, and reading it back loses nothing."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from symdiff.errors import Span
from symdiff.ir import types as t
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Call,
    Const,
    Function,
    Origin,
    Program,
    Return,
    Var,
    While,
    walk,
)
from symdiff.ir.notation import read_type, show_type
from symdiff.ir.text import dump, parse, parse_function

EVERYTHING = """
    G = 9.81

    def helper(x: float):
        y: float = mul(x, 2.0)
        return y

    def main(a: float, w: f8[w.0, 2*n-1], n: int(n) = 3, *, c: f8[...]):
        "doc; # strange"
        k: float = mul(G, a)  # ~ 2:9-14
        s: float = mul(0.5, k)  # 2:5-20
        q, r = numpy.linalg.qr(w)  # 3:4-5, 4:5-5:7 reverse; q: ~ f8[(n)*(w.0)] as qq
        over = builtins.range(n)  # ~ 3:14-22 as rows
        for i, (j, (v,)) in over:  # 3:5-4:20; i: int; v: ~
            s_1: float = phi(s, s_2)  # as -
            s_2: float = helper(s_1)  # 4:9-19
            if s_2: break
        z = getitem(w, (1, slice(None, -1, None), ..., None))
        z_bar = numpy.sum(z, axis=(0, 1), dtype=numpy.float64, initial=float('-inf'))
        while True:  # 5:5-6
            b = phi(s_1, d)
            h = lt(b, numpy.pi)
            if not h: break
            d = add(b, complex(1.0, -0.0))
            if d: break
        assert(h, 'oops')
        if h:
            raise(b)
        else:
            for g in over:
                p = phi(s, p)
        m = phi(undef, b)
        builtins.print(m, sep='; # 1:2-3')
        op('strange name', m)
        e = call('add', m)
        return m  # 5:5-13 forward
"""


def test_reading_what_was_printed_gives_the_same_program():
    program = parse(EVERYTHING)
    text = dump(program)
    ast.parse(text)
    assert repr(parse(text)) == repr(program)
    assert dump(parse(text)) == text


def test_comments_carry_origins_bases_and_temps():
    k, s, qr, *_ = parse(EVERYTHING).main.body
    assert k.origin == Origin((Span(2, 9, 2, 14),))
    assert k.out.temp
    assert k.out.base == ""
    assert s.out.base == "s"
    assert qr.origin == Origin((Span(3, 4, 3, 5), Span(4, 5, 5, 7)), "reverse")
    assert (qr.outs[0].base, qr.outs[0].temp) == ("qq", True)
    loop = next(s for s in walk(parse(EVERYTHING).main.body) if isinstance(s, While))
    assert loop.phis[0].out.base == "b"


def test_names_say_what_is_an_operation_and_what_is_a_call():
    f = parse_function(
        """
        def f(x):
            a = add(x, x)
            b = f(x)
            c = call('add', x)
            d = op('f', x)
            return d
        """
    )
    kinds = [(type(s), getattr(s, "op", None)) for s in f.body[:-1]]
    assert kinds == [(Apply, "add"), (Call, None), (Call, None), (Apply, "f")]
    assert parse_function(dump(f)) == f


@pytest.mark.parametrize(
    "kind",
    [
        t.ANY,
        t.FLOAT,
        t.F8,
        t.Scalar("i8", python=True, value=t.symbol("x.0")),
        t.Scalar("M8[s]"),
        t.Array(),
        t.Array("f8", ()),
        t.Array(None, (t.symbol("n"), 3)),
        t.Array("U5", (t.combine(1, t.symbol("n"), -2),)),
        t.Array("f4", (t.product(t.symbol("n"), t.symbol("x.0")),)),
        t.Array("f4", (t.quotient(t.combine(1, t.symbol("n")), 2), t.symbol("a b"))),
        t.Array("f8", (t.combine(1, t.symbol("x.0.1")),)),
        t.Array("f8", (t.symbol("min(2,x.0)"),)),
        t.Tuple(()),
        t.Tuple((t.FLOAT, t.List(t.F8))),
        t.List(t.ANY, 4),
        t.Opaque("str"),
        t.Opaque("O"),
        t.Opaque("list"),
        t.Opaque("range", (t.INT,)),
        t.Opaque("f8", (t.INT, t.ANY)),
    ],
    ids=str,
)
def test_types_are_read_back(kind):
    assert read_type(show_type(kind)) == kind


@pytest.mark.parametrize(
    "const",
    [
        *map(
            Const, [0, -1, 1.0, -0.0, 1e-300, True, None, "a'\"b\n", ..., 1j, 2.5 - 0j]
        ),
        *map(
            Const, [float("inf"), float("nan"), np.float32(0.1), np.int64(3), (), (1,)]
        ),
        Const(slice(1, -1)),
        Const((slice(None, None, -1), (2.0, "x"))),
        Const(np.pi, "numpy.pi"),
        Const(float, "builtins.float"),
        Const(1.5, "unlisted"),
        Const(2.5, "x"),
        UNDEF,
    ],
    ids=repr,
)
def test_constants_are_read_back(const):
    f = Function("f", (Var("x", base="x"),), (Return(const),))
    assert parse_function(dump(f)) == f


def test_a_constant_of_the_program_is_printed_by_its_name():
    f = Function("f", (), (Return(Const(1.5, "K")),))
    text = dump(Program((f,), (("K", 1.5),)))
    assert text == "K = 1.5\n\n\ndef f():\n    return K\n"


def test_defaults_that_python_would_refuse_stand_in_the_comment():
    f = Function("f", (Var("a"), Var("b")), (Return(Var("b")),), "", (("a", Const(1)),))
    assert "# a: as - = 1; b: as -" in dump(f)
    assert parse_function(dump(f)) == f


@pytest.mark.parametrize(
    "text", ["def f(x):\n    x + 1\n", "def f(x):\n    y = mine.f\n"]
)
def test_what_is_not_ir_is_refused(text):
    with pytest.raises(ValueError, match=r"not a|cannot"):
        parse(text)


def test_axis_symbols_may_be_written_with_dots():
    text = "def f(x: f8[x.0, 2*x.1.0]):\n    return x\n"
    assert parse_function(text).params[0].type == t.Array(
        "f8", (t.symbol("x.0"), t.combine(0, t.symbol("x.1.0"), 2))
    )


def test_a_thousand_statements_are_read_without_recursion():
    rows = "".join(f"    x_{i + 1} = add(x_{i}, 1)\n" for i in range(1000))
    text = f"def f(x_0):\n{rows}    return x_1000\n"
    assert dump(parse(text)) == text
