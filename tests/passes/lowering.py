"""Lower a piece of text and run it: what the tests of the front-end share."""

from __future__ import annotations

import copy
import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from symdiff.frontend import Lowered, lower, read_live, read_text
from symdiff.ir.check import check
from symdiff.ir.run import run
from symdiff.ir.text import dump
from symdiff.ir.types import Type
from symdiff.signature import abstract
from symdiff.typespec import parse_types

HEADER = "import math\nimport numpy as np\n"


def live(text: str, name: str = "f") -> Callable[..., Any]:
    """Execute a module's text so that the source of its functions can be found."""
    source = HEADER + textwrap.dedent(text)
    filename = f"<{abs(hash(source)):x}>"
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    module = ModuleType("module_of_the_test")
    sys.modules[module.__name__] = module  # which dataclasses look up
    exec(compile(source, filename, "exec"), module.__dict__)
    found: Callable[..., Any] = getattr(module, name)
    return found


def types_of(fun: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, Type]:
    """The types of a call's arguments by parameter name."""
    return abstract(inspect.signature(fun).bind(*args).arguments)


def checked(lowered: Lowered) -> Lowered:
    """A lowered program that keeps the invariants of the IR."""
    check(lowered.program, spans=True)
    return lowered


def agree(text: str, *args: Any, typed: bool = True) -> Lowered:
    """Lower `f` of a text, and compare its value with that of the function itself."""
    fun = live(text)
    want = fun(*copy.deepcopy(args))
    types = types_of(fun, args) if typed else {}
    lowered = checked(lower(read_live(fun), types))
    given = copy.deepcopy(args)
    captures = {name: get() for name, get in lowered.captures}
    got = run(lowered.program, *given, **captures)
    np.testing.assert_allclose(got, want, rtol=1e-12)
    for before, after in zip(args, given, strict=True):
        np.testing.assert_equal(after, before)
    return lowered


def text_of(text: str, types: str = "", name: str | None = "f") -> str:
    """The IR of a function that is read as text, for types such as `x: f8[n]`."""
    target = read_text(HEADER + textwrap.dedent(text), "model.py", name)
    return dump(checked(lower(target, parse_types(types))).program)
