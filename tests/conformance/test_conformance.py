"""Programs as people write them: the right derivative, or a refusal by name.

A file under `programs/` has a list CASES of dicts:

name      unique name of the case
fun       the function to differentiate, written with no tool in mind
args      its positional arguments; kwargs its keyword arguments (default none)
argnums   as in `symdiff.grad(fun, argnums)` (default 0)
kind      grad (default) | jacobian | vjp | jvp | hessian | grad2 | hvp; with cotangent,
          tangents or vector
require   gradient (default); gradient_or_error: the derivative, or an error that
          names the line; error: an error of ours
raises    the class and a part of the message of the program's own exception
want      the gradient, at points where differences do not have it
rtol      relative to each number (default 1e-6); atol: to the largest one
slow      run with the slow tests

References are extrapolated central differences of the function; for second order, of
its gradient, which is itself a case of the first order.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import io
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differences import Quiet, assert_close
from trees import assert_like, fetch, leaves

import symdiff

DEFAULTS: dict[str, Any] = {
    "argnums": 0,
    "kwargs": {},
    "kind": "grad",
    "require": "gradient",
    "rtol": 1e-6,
    "atol": 1e-8,
    "slow": False,
}


def load_cases() -> list[Any]:
    """The cases of every file, as parameters of the test."""
    found = []
    for path in sorted((Path(__file__).parent / "programs").glob("*.py")):
        name = f"conformance_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # where dataclasses look their annotations up
        spec.loader.exec_module(module)
        for case in module.CASES:
            full = {**DEFAULTS, **case, "file": path.name}
            marks = [pytest.mark.slow] if full["slow"] else []
            identity = f"{path.stem}-{case['name']}"
            found.append(pytest.param(full, id=identity, marks=marks))
    return found


def numbered(case: dict[str, Any]) -> tuple[int, ...]:
    """The positions of the arguments that the case differentiates by."""
    nums = case["argnums"]
    if case["kind"] == "vjp":
        return tuple(range(len(case["args"])))
    return nums if isinstance(nums, tuple) else (nums,)


def derivatives(case: dict[str, Any], args: list[Any]) -> list[tuple[Any, Any]]:
    """Pairs of a value, if there is one, and a derivative from the public functions."""
    fun, nums, kwargs = case["fun"], case["argnums"], copy.deepcopy(case["kwargs"])
    match case["kind"]:
        case "grad":
            return [
                symdiff.value_and_grad(fun, nums)(*args, **kwargs),
                (None, symdiff.grad(fun, nums)(*args, **kwargs)),
            ]
        case "jacobian":
            return [
                (None, make(fun, nums)(*args, **kwargs))
                for make in (symdiff.jacrev, symdiff.jacfwd)
            ]
        case "hessian":
            return [(None, symdiff.hessian(fun, nums)(*args, **kwargs))]
        case "grad2":
            twice = symdiff.grad(symdiff.grad(fun, nums), nums)
            return [(None, twice(*args, **kwargs))]
        case "hvp":
            slope = symdiff.jvp(symdiff.grad(fun), args, (case["vector"],))[1]
            return [
                (None, slope),
                (None, symdiff.hvp(fun)(*args, case["vector"], **kwargs)),
            ]
        case "vjp":
            out, back = symdiff.vjp(fun, *args)
            return [(out, back(case["cotangent"]))]
        case "jvp":
            return [symdiff.jvp(fun, args, tuple(case["tangents"]))]
    raise ValueError(case["kind"])


def assert_right(case: dict[str, Any], result: Any) -> None:
    """Compare one derivative with differences."""
    rtol, atol, kind = case["rtol"], case["atol"], case["kind"]
    fun = Quiet(case["fun"], case["args"], case["kwargs"])
    if kind == "jvp":
        ways = {n: t for n, t in enumerate(case["tangents"]) if t is not None}
        assert_close(result, *fun.along(ways), rtol, atol, "tangent")
        return
    if kind in ("hessian", "grad2", "hvp"):
        fun.fun = symdiff.grad(case["fun"], case["argnums"])
    if kind == "hvp":
        assert_close(result, *fun.along({0: case["vector"]}), rtol, atol, "hvp")
        return
    if kind == "vjp":
        seed = np.asarray(case["cotangent"])
        fun.fun = lambda *args: np.sum(seed * case["fun"](*args))
    several = kind == "vjp" or isinstance(case["argnums"], tuple)
    parts = result if several else (result,)
    assert len(parts) == len(numbered(case))
    for at, part in zip(numbered(case), parts, strict=True):
        where = f"argument {at}"
        if kind in ("grad", "vjp"):
            assert_like(part, case["args"][at], where)
        if "want" in case:
            wanted = case["want"] if several else (case["want"],)
            want = wanted[numbered(case).index(at)]
            assert_close(part, want, 0.0, rtol, atol, where)
            continue
        for path, want, error in fun.by_leaf(at):
            got = fetch(part, path)
            assert_close(got, want, error, rtol, atol, f"{where}{list(path)}")


def is_clear(error: Exception, case: dict[str, Any]) -> bool:
    """Whether an exception is ours and names the line of the program."""
    return isinstance(error, symdiff.SymdiffError) and (
        case["require"] == "error"
        or re.search(re.escape(case["file"]) + r":\d+", str(error)) is not None
    )


@pytest.mark.parametrize("case", load_cases())
def test_program(case: dict[str, Any]) -> None:
    args = copy.deepcopy(list(case["args"]))
    if "raises" in case:
        kind, text = case["raises"]
        with pytest.raises(kind, match=re.escape(text) or None):
            derivatives(case, args)
        return
    printed, plain = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = derivatives(case, args)
    except symdiff.SymdiffError as error:
        if case["require"] != "gradient" and is_clear(error, case):
            return
        raise
    assert case["require"] != "error", "an error was required"
    for now, before in zip(args, case["args"], strict=True):
        for path, leaf in leaves(before):
            np.testing.assert_array_equal(fetch(now, path), leaf, "written to")
    value = Quiet(case["fun"], case["args"], case["kwargs"])()
    for got, result in found:
        if got is not None:
            np.testing.assert_allclose(got, value, rtol=max(1e-9, 0.01 * case["rtol"]))
        assert_right(case, result)
    with contextlib.redirect_stdout(plain), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case["fun"](*copy.deepcopy(case["args"]), **copy.deepcopy(case["kwargs"]))
    assert printed.getvalue() == plain.getvalue() * len(found), "printed once"
