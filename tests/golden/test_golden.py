"""Golden sources: a file holds a function and its gradient, word for word.

    def power(x: float, n: int) -> float:
        ...
    # --- grad(power, argnums="x"), tried at (1.5, 4)
    def power_grad(x, n):
        ...

Numbers come first: a gradient that differs from differences is never blessed. Then
the text is compared, and `ruff format` must leave it alone. `pytest --bless` rewrites.
"""

import ast
import copy
import linecache
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import symdiff
from symdiff.signature import parts as taken_apart
from symdiff.testing import compare

HERE = Path(__file__).parent
FILES = sorted(
    p for p in HERE.glob("*.py") if not p.name.startswith(("test_", "conftest"))
)
MARKER = re.compile(r"^# --- (.*), tried at (.*)\n", re.MULTILINE)


def parts(path):
    """The function's text, and (request, arguments, source) of every marker."""
    text = path.read_text()
    found = list(MARKER.finditer(text))
    ends = [*(m.start() for m in found[1:]), len(text)]
    cases = [
        (m[1], m[2], text[m.end() : end].strip("\n") + "\n")
        for m, end in zip(found, ends, strict=True)
    ]
    return text[: found[0].start()], cases


def load(path, text):
    """The namespace of the golden file's own functions."""
    name = f"<golden {path.name}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"__name__": f"golden_{path.stem}", "np": np}
    exec(compile(text, name, "exec"), space)
    return space


def request(text, space):
    """`grad(f, argnums=...)`: the transform, the function and its argnums."""
    call = ast.parse(text, mode="eval").body
    options = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    return call.func.id, space[call.args[0].id], options.get("argnums", 0)


def as_dicts(value):
    """A value with its objects as dicts, which are compared item by item."""
    found = taken_apart(value)
    if found is None:
        return value
    _, keys, items, _ = found
    return {key: as_dicts(item) for key, item in zip(keys, items, strict=True)}


def differences(fun, args, at, direction):
    """The derivative of a function in a direction of one argument."""

    def moved(step):
        return fun(*args[:at], args[at] + step * direction, *args[at + 1 :])

    return (np.asarray(moved(1e-5)) - np.asarray(moved(-1e-5))) / 2e-5


def jacobian(fun, args, at):
    """The Jacobian by differences, of the result's shape and that of the argument."""
    x = args[at]
    units = np.eye(x.size).reshape(x.size, *x.shape)
    columns = [differences(fun, args, at, unit) for unit in units]
    whole = np.stack(columns, axis=-1)
    return whole.reshape(*whole.shape[:-1], *x.shape)


def check_linear(transform, fun, argnums, out, args):
    """Compare Jacobians, Hessians and products with them."""
    several = isinstance(argnums, tuple)
    keys = argnums if several else (argnums,)
    for key, found in zip(keys, out if several else (out,), strict=True):
        names = fun.__code__.co_varnames
        at = names.index(key) if isinstance(key, str) else key
        inner = fun if transform.startswith("jac") else symdiff.grad(fun, argnums=at)
        if transform == "hvp":
            want = differences(inner, args[:-1], at, args[-1])
        else:
            want = jacobian(inner, args, at)
        np.testing.assert_allclose(found, want, rtol=1e-6, atol=1e-8)


def check_numbers(transform, fun, argnums, variant, args):
    before = copy.deepcopy(args)
    out = variant.fn(*args)
    if transform in ("hvp", "hessian", "jacfwd", "jacrev"):
        np.testing.assert_equal(args, before, "an argument was written to")
        check_linear(transform, fun, argnums, out, args)
        return
    if transform == "value_and_grad":
        value, out = out
        np.testing.assert_allclose(value, fun(*copy.deepcopy(before)), rtol=1e-12)
    keys = argnums if isinstance(argnums, tuple) else (argnums,)
    names = list(fun.__code__.co_varnames[: fun.__code__.co_argcount])
    keys = [names.index(k) if isinstance(k, str) else k for k in keys]
    out = out if isinstance(argnums, tuple) else (out,)
    for now, then in zip(args, before, strict=True):
        np.testing.assert_equal(
            as_dicts(now), as_dicts(then), "an argument was written to"
        )
    wrong = [str(row) for row in compare(fun, out, before, keys) if not row.ok]
    assert not wrong, wrong


def is_stable(source):
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "format", "--isolated", "-"]
    done = subprocess.run(
        command, input=source, capture_output=True, text=True, check=True
    )
    return done.stdout == source


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_golden(path, bless):
    text, cases = parts(path)
    space = load(path, text)
    pieces = [text]
    stale = []
    for asked, tried, expected in cases:
        transform, fun, argnums = request(asked, space)
        args = eval(tried, {"np": np, **space})
        args = args if isinstance(args, tuple) else (args,)
        df = getattr(symdiff, transform)(fun, argnums=argnums)
        variant = df.specialize(*args)
        check_numbers(transform, fun, argnums, variant, args)
        assert is_stable(variant.source), "ruff would format the source differently"
        pieces.append(f"# --- {asked}, tried at {tried}\n{variant.source}")
        if variant.source != expected:
            stale.append(variant.source)
    if stale and bless:
        path.write_text("\n\n".join(p.strip("\n") for p in pieces) + "\n")
    elif stale:
        assert stale[0] == expected
