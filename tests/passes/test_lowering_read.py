"""Where a function's text comes from."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from lowering import live

from symdiff.errors import SourceError, UnsupportedError, UsageError
from symdiff.frontend import lower, read_live, read_text
from symdiff.ir.run import run


def value(fun, *args):
    lowered = lower(read_live(fun), {})
    return run(lowered.program, *args, **{n: get() for n, get in lowered.captures})


def marked(fun):
    return fun


@marked
@functools.lru_cache
def cached(x: float) -> float:  # a comment
    """Say what it is."""
    # above
    y = (
        x  # inside
        * 2
    )  # trailing
    return y


def test_decorators_above_are_not_read():
    assert value(cached.__wrapped__, 1.5) == 3.0
    target = read_live(cached.__wrapped__)
    function = lower(target, {}).program.main
    assert function.doc == "Say what it is."
    assert function.name == "cached"
    assert str(function.params[0].type) == "float"
    assert function.source is not None
    first, second, third = function.source.lines
    assert first.text == '"""Say what it is."""'
    assert (second.text, second.above) == ("y = (x * 2)", ("# above",))
    assert second.trailing == "# trailing"
    assert third.text == "return y"


square = lambda x: x * x  # noqa: E731
pair = (lambda x: x + 1, lambda x: x + 2)
several = [
    lambda x: (
        x
        - 1
    )
]  # fmt: skip


def test_lambdas():
    assert value(square, 3.0) == 9.0
    assert value(pair[1], 3.0) == 5.0
    assert value(several[0], 3.0) == 2.0


def test_nested_function_with_a_closure():
    k, w = 2.0, np.array([1.0, 2.0])

    def inner(x):
        text = """
    not dedented"""
        return np.sum(k * x * w) + len(text)

    assert value(inner, np.ones(2)) == inner(np.ones(2))


def test_spans_are_those_of_the_file():
    def inner(x):
        return x * 2

    program = lower(read_live(inner), {}).program
    (span,) = program.main.body[0].origin.spans
    assert span.line == inner.__code__.co_firstlineno + 1
    assert (span.column, span.end_column) == (16, 21)


class Model:
    def __init__(self):
        self.k = 3.0
        self.w = np.array([1.0, 2.0])

    def scaled(self, x):
        return self.k * x + self.w[1]


def test_method_reads_its_object():
    model = Model()
    assert value(model.scaled, 2.0) == 8.0


def test_function_without_a_source():
    space = {}
    exec("def f(x):\n    return x", space)
    with pytest.raises(SourceError, match="cannot be found"):
        read_live(space["f"])
    with pytest.raises(UsageError, match="a Python function is needed"):
        read_live(np.sin)


def test_text_with_several_functions():
    text = "def one(x):\n    return x\n\ndef two(x):\n    return one(x) * 2\n"
    assert read_text(text, "m.py", "two").name == "two"
    with pytest.raises(UsageError, match="it defines one, two: name one"):
        read_text(text, "m.py")
    with pytest.raises(UsageError, match="no function `tow`, it defines two, one"):
        read_text(text, "m.py", "tow")


def test_text_that_is_not_python():
    with pytest.raises(SourceError, match=r"^m.py:2:"):
        read_text("x = 1\ndef f(:\n", "m.py")


def test_static_parameters_are_compiled_in():
    fun = live("def f(g, x, mode):\n    return g(x) if mode == 'a' else x\n")
    lowered = lower(read_live(fun), {}, {"g": np.sin, "mode": "a"})
    assert [p.name for p in lowered.program.main.params] == ["x"]
    assert run(lowered.program, 0.5) == np.sin(0.5)


def test_signature_and_defaults():
    target = read_text("def f(x, k=2, *, s='a', w=[1]):\n    return x\n", "m.py")
    lowered = lower(target, {})
    assert str(lowered.signature) == "(x, k=2, *, s='a', w=Ellipsis)"
    assert [n for n, _ in lowered.program.main.defaults] == ["k", "s"]


def test_constants_of_a_text_that_are_bound_together():
    bound = "a, (b, c) = 2.0, (3.0, 4.0)\n\n\n"
    text = bound + "def f(x: float):\n    return a * b - c * x\n"
    program = lower(read_text(text, "m.py"), {}).program
    assert run(program, 1.0) == 2.0
    for line in ("n, k = k, n\n", "n, *k = 1, 2\n", "n = 1\nn = n + 1\n"):
        rest = "\n\ndef f(x: float):\n    return n * x\n"
        with pytest.raises(UnsupportedError, match="SD402"):
            lower(read_text(line + rest, "m.py"), {})
