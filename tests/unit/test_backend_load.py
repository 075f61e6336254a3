"""The loaded function: its source is known to `inspect` and to tracebacks."""

from __future__ import annotations

import inspect
import linecache
import traceback

import pytest

from symdiff.backend import load

SOURCE = "def half(x):\n    return x / 2\n"


def test_the_source_can_be_shown() -> None:
    half = load(SOURCE, "half")
    assert half(4) == 2
    assert inspect.getsource(half) == SOURCE
    linecache.checkcache()
    assert inspect.getsource(half) == SOURCE


def test_a_traceback_shows_the_line() -> None:
    with pytest.raises(TypeError) as info:
        load(SOURCE, "half")("x")
    assert "return x / 2" in "".join(traceback.format_tb(info.value.__traceback__))


def test_the_namespace_is_visible() -> None:
    assert load("def f():\n    return g() + 1\n", "f", {"g": lambda: 2})() == 3
