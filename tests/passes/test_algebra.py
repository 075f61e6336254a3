"""Peepholes: each row is the parameters, the lines before and the lines after."""

from __future__ import annotations

import pytest
from rewriting import body, expect, plain, read

from symdiff.ir.nodes import Function
from symdiff.transform.algebra import algebra
from symdiff.transform.algebra_settle import settle
from symdiff.transform.algebra_sums import sums
from symdiff.transform.dce import dce

V = "x: f8[n], y: f8[n], g: float"
S = "x: float, y: float"

ROWS = {
    # neutral numbers
    "times one": (V, "_1 = mul(1.0, x)\nreturn _1", "return x"),
    "over one": (V, "_1 = truediv(x, 1)\nreturn _1", "return x"),
    "to the one": (V, "_1 = pow(x, 1)\nreturn _1", "return x"),
    "plus zero": (V, "_1 = add(0.0, x)\nreturn _1", "return x"),
    "minus zero": (V, "_1 = sub(x, 0)\nreturn _1", "return x"),
    "zero minus": (S, "_1 = sub(0.0, x)\nreturn _1", "_1 = neg(x)\nreturn _1"),
    "times zero stays": (
        V,
        "_1 = mul(0.0, x)\nreturn _1",
        "_1 = mul(0.0, x)\nreturn _1",
    ),
    "a float of an int stays": (
        "x: i8[n]",
        "_1 = mul(1.0, x)\nreturn _1",
        "_1 = mul(1.0, x)\nreturn _1",
    ),
    "a float of a mask stays": (
        V,
        "_1 = gt(x, 0)\n_2 = mul(1.0, _1)\nreturn _2",
        "_1 = gt(x, 0)\n_2 = mul(1.0, _1)\nreturn _2",
    ),
    "unknown, but a cotangent": (
        "x_bar",
        "_1 = mul(1.0, x_bar)\nreturn _1",
        "return x_bar",
    ),
    "unknown, and maybe a mask": (
        "x",
        "_1 = mul(1.0, x)\nreturn _1",
        "_1 = mul(1.0, x)\nreturn _1",
    ),
    # slots
    "cleared and added to": (
        "x: f8[n], i: int, k: int, u: float, v: float",
        "_1 = setitem(x, i, 0.0)\n_2 = additem(_1, k, u)\n"
        "_3 = additem(_2, i, v)\nreturn _3",
        "_1 = setitem(x, i, v)\n_2 = additem(_1, k, u)\nreturn _2",
    ),
    "cleared, and read before it is added to": (
        "x: f8[n], i: int, v: float",
        "x_1 = setitem(x, i, 0.0)\n_1 = numpy.sum(x_1)\n"
        "x_2 = additem(x_1, i, v)\n_2 = tuple(_1, x_2)\nreturn _2",
        "x_1 = setitem(x, i, 0.0)\n_1 = numpy.sum(x_1)\n"
        "x_2 = additem(x_1, i, v)\n_2 = tuple(_1, x_2)\nreturn _2",
    ),
    "stored back": (
        "x: f8[n], i: int",
        "_1 = getitem(x, i)\n_2 = setitem(x, i, _1)\nreturn _2",
        "return x",
    ),
    "an item of the rows of an array": (
        "x: f8[3, 4]",
        "_1 = builtins.list(x)\n_2 = getitem(_1, 1)\n_3 = builtins.list(_2)\n"
        "_4 = getitem(_3, 2)\nreturn _4",
        "_1 = getitem(x, (1, 2))\nreturn _1",
    ),
    # signs
    "two minuses": (V, "_1 = neg(x)\n_2 = neg(_1)\nreturn _2", "return x"),
    "plus minus": (
        V,
        "_1 = neg(y)\n_2 = add(x, _1)\nreturn _2",
        "_1 = sub(x, y)\nreturn _1",
    ),
    "minus plus": (
        V,
        "_1 = neg(x)\n_2 = add(_1, y)\nreturn _2",
        "_1 = sub(y, x)\nreturn _1",
    ),
    "in place": (
        V,
        "_1 = neg(y)\na = iadd(x, _1)\nreturn a",
        "a = isub(x, y)\nreturn a",
    ),
    "out of a product, into a sum": (
        V,
        "_1 = neg(x)\n_2 = mul(_1, y)\n_3 = add(x, _2)\nreturn _3",
        "_1 = mul(x, y)\n_2 = sub(x, _1)\nreturn _2",
    ),
    "out of a quotient": (
        S,
        "_1 = neg(x)\n_2 = truediv(_1, y)\n_3 = neg(_2)\nreturn _3",
        "_1 = truediv(x, y)\nreturn _1",
    ),
    "a minus that stays is in front": (
        S,
        "_1 = mul(x, y)\nx_bar = neg(_1)\nreturn x_bar",
        "_1 = neg(x)\nx_bar = mul(_1, y)\nreturn x_bar",
    ),
    "a minus that stays joins the constant": (
        S,
        "_1 = neg(x)\n_2 = mul(2, _1)\nreturn _2",
        "_1 = mul(-2, x)\nreturn _1",
    ),
    "a store takes the minus up": (
        "u: f8[n], g: float",
        "_1 = mul(2, g)\n_2 = neg(_1)\nu_1 = additem(u, 0, _2)\nreturn u_1",
        "_1 = mul(2, g)\n_2 = neg(_1)\nu_1 = additem(u, 0, _2)\nreturn u_1",
    ),
    "the other way round": (
        V,
        "_1 = sub(x, y)\n_2 = neg(_1)\nreturn _2",
        "_1 = sub(y, x)\nreturn _1",
    ),
    # constants
    "constants meet": (
        V,
        "_1 = mul(0.5, x)\n_2 = mul(2, _1)\nreturn _2",
        "return x",
    ),
    "constants go to the front": (
        V,
        "_1 = mul(x, 2)\n_2 = mul(_1, y)\n_3 = mul(_2, 3)\nreturn _3",
        "_1 = mul(6, x)\n_2 = mul(_1, y)\nreturn _2",
    ),
    "out of the right factor": (
        V,
        "_1 = mul(2, y)\n_2 = mul(x, _1)\nreturn _2",
        "_1 = mul(2, x)\n_2 = mul(_1, y)\nreturn _2",
    ),
    "over a constant": (
        V,
        "_1 = mul(2, x)\n_2 = truediv(_1, 4)\nreturn _2",
        "_1 = mul(0.5, x)\nreturn _1",
    ),
    "not where it is read twice": (
        V,
        "_1 = mul(2, x)\n_2 = mul(3, _1)\n_3 = tuple(_1, _2)\nreturn _3",
        "_1 = mul(2, x)\n_2 = mul(3, _1)\n_3 = tuple(_1, _2)\nreturn _3",
    ),
    "named constants are not folded": (
        V,
        "_1 = mul(numpy.pi, x)\n_2 = mul(2, _1)\nreturn _2",
        "_1 = mul(2, numpy.pi)\n_2 = mul(_1, x)\nreturn _2",
    ),
    "the norm of a vector": (
        "x: f8[n], s: float, g: float",
        """
        _1 = truediv(0.5, s)
        _2 = mul(g, _1)
        _3 = mul(2, x)
        _4 = mul(_3, _2)
        return _4
        """,
        "_1 = truediv(g, s)\n_2 = mul(x, _1)\nreturn _2",
    ),
    "doubling": (V, "_1 = add(x, x)\nreturn _1", "_1 = mul(2, x)\nreturn _1"),
    "a reciprocal": (
        V,
        "_1 = truediv(1.0, g)\n_2 = mul(_1, x)\nreturn _2",
        "_1 = truediv(x, g)\nreturn _1",
    ),
    "the mean of squares": (
        V,
        """
        _1 = ndarray.size(x)
        _2 = truediv(1.0, _1)
        _3 = mul(2, x)
        _4 = mul(_3, _2)
        return _4
        """,
        "_1 = ndarray.size(x)\n_2 = mul(2, x)\n_3 = truediv(_2, _1)\nreturn _3",
    ),
    # masks
    "a mask stays outside": (
        V,
        """
        c = gt(x, 0)                    # forward
        x2 = numpy.sqrt(x)              # forward
        _1 = numpy.where(c, y, 0.0)
        _2 = mul(0.5, _1)
        _3 = truediv(_2, x2)
        return _3
        """,
        """
        c = gt(x, 0)                    # forward
        x2 = numpy.sqrt(x)              # forward
        _1 = mul(0.5, y)
        _2 = truediv(_1, x2)
        _3 = numpy.where(c, _2, 0.0)
        return _3
        """,
    ),
    "also for the other arm, and with a sign": (
        V,
        """
        c = gt(x, 0)                    # forward
        _1 = numpy.where(c, 0.0, y)
        _2 = neg(_1)
        _3 = mul(x, _2)
        return _3
        """,
        """
        c = gt(x, 0)                    # forward
        _1 = neg(x)
        _2 = mul(_1, y)
        _3 = numpy.where(c, 0.0, _2)
        return _3
        """,
    ),
    # shapes
    "broadcast by the operation": (
        V,
        """
        _1 = ndarray.shape(x)
        _2 = numpy.broadcast_to(g, _1)
        _3 = mul(_2, y)
        return _3
        """,
        "_1 = mul(g, y)\nreturn _1",
    ),
    "broadcast by the operation, types unknown": (
        "x, g",
        """
        _1 = ndarray.shape(x)
        _2 = numpy.broadcast_to(g, _1)
        _3 = mul(_2, x)
        return _3
        """,
        "_1 = mul(g, x)\nreturn _1",
    ),
    "what is done to a broadcast is done before": (
        V,
        """
        _1 = ndarray.shape(x)
        _2 = numpy.broadcast_to(g, _1)
        _3 = mul(_2, 2)
        return _3
        """,
        "_1 = mul(2, g)\n_2 = numpy.full_like(x, _1)\nreturn _2",
    ),
    "the first term is a broadcast": (
        V,
        """
        _1 = ndarray.shape(x)
        x_bar = numpy.broadcast_to(-1.0, _1)
        x_bar_1 = iadd(x_bar, y)
        return x_bar_1
        """,
        "x_bar_1 = sub(y, 1.0)\nreturn x_bar_1",
    ),
    "twice the same term": (
        S,
        "x_bar = mul(x, y)\nx_bar_1 = iadd(x_bar, y)\nx_bar_2 = iadd(x_bar_1, y)\n"
        "return x_bar_2",
        "x_bar = mul(x, y)\n_1 = mul(2, y)\nx_bar_1 = iadd(x_bar, _1)\nreturn x_bar_1",
    ),
    "a broadcast that is returned": (
        V,
        "_1 = ndarray.shape(x)\nx_bar = numpy.broadcast_to(1.0, _1)\nreturn x_bar",
        "x_bar = numpy.ones_like(x)\nreturn x_bar",
    ),
    "a broadcast that is stored": (
        "u: f8[3, n], g: float, x: f8[n]",
        """
        _1 = ndarray.shape(x)
        _2 = numpy.broadcast_to(g, _1)
        u_1 = additem(u, 0, _2)
        return u_1
        """,
        "u_1 = additem(u, 0, g)\nreturn u_1",
    ),
    "the sum of a broadcast": (
        V,
        """
        _1 = ndarray.shape(x)
        _2 = numpy.broadcast_to(g, _1)
        _3 = numpy.sum(_2)
        return _3
        """,
        "_1 = ndarray.size(x)\n_2 = mul(g, _1)\nreturn _2",
    ),
    "a dot product": (
        V,
        "_1 = mul(x, y)\n_2 = numpy.sum(_1)\nreturn _2",
        "_1 = matmul(x, y)\nreturn _1",
    ),
    "a scaled sum": (
        V,
        "_1 = mul(g, x)\n_2 = mul(_1, y)\n_3 = numpy.sum(_2)\nreturn _3",
        "_1 = matmul(x, y)\n_2 = mul(g, _1)\nreturn _2",
    ),
    "no dot product of matrices": (
        "x: f8[n, k], y: f8[n, k]",
        "_1 = mul(x, y)\n_2 = numpy.sum(_1)\nreturn _2",
        "_1 = mul(x, y)\n_2 = numpy.sum(_1)\nreturn _2",
    ),
    "turned twice": (
        "x: f8[n, k]",
        "_1 = numpy.transpose(x)\n_2 = numpy.transpose(_1)\nreturn _2",
        "return x",
    ),
    "two permutations": (
        "x: f8[n, k, 3]",
        """
        _1 = numpy.transpose(x, axes=(1, 2, 0))
        _2 = numpy.transpose(_1, axes=(2, 0, 1))
        return _2
        """,
        "return x",
    ),
    "turned and swapped": (
        "x: f8[n, k, 3]",
        """
        _1 = numpy.transpose(x, axes=(0, 2, 1))
        _2 = numpy.swapaxes(_1, -1, -2)
        return _2
        """,
        "return x",
    ),
    "a product turned": (
        "x: f8[n, k], z: f8[n, 3]",
        """
        _1 = numpy.transpose(x)
        _2 = matmul(_1, z)
        _3 = numpy.transpose(_2)
        return _3
        """,
        "_1 = numpy.transpose(z)\n_2 = matmul(_1, x)\nreturn _2",
    ),
    "a new axis and back": (
        "x: f8[n], z: f8[n, k]",
        """
        _1 = numpy.zeros_like(x)
        _2 = numpy.sum(z, axis=1, keepdims=True)
        _3 = additem(_1, (slice(None), None), _2)
        return _3
        """,
        "_1 = numpy.sum(z, axis=1)\nreturn _1",
    ),
    "a divisor that is the same for the whole sum": (
        "x: f8[n, k], z: f8[n, 1]",
        """
        _1 = truediv(x, z)
        _2 = numpy.sum(_1, axis=1, keepdims=True)
        return _2
        """,
        """
        _1 = numpy.sum(x, axis=1, keepdims=True)
        _2 = truediv(_1, z)
        return _2
        """,
    ),
    "another name for the same": (
        V,
        "x_bar = same(x)\nx_bar_1 = iadd(x_bar, x)\nreturn x_bar_1",
        "x_bar_1 = mul(2, x)\nreturn x_bar_1",
    ),
    "less twice the same": (
        V,
        "_1 = mul(x, y)\nw = neg(_1)\nw_1 = isub(w, _1)\nreturn w_1",
        "_1 = mul(-2, x)\nw_1 = mul(_1, y)\nreturn w_1",
    ),
    "the first contribution": (
        V,
        "x_bar = numpy.zeros_like(x)\nx_bar_1 = iadd(x_bar, y)\nreturn x_bar_1",
        "x_bar_1 = same(y)\nreturn x_bar_1",
    ),
    "two broadcasts to unknown shapes": (
        "g: float, x: f8[...], y: f8[...]",
        """
        _1 = ndarray.shape(x)
        x_bar = numpy.broadcast_to(g, _1)
        _2 = ndarray.shape(y)
        y_bar = numpy.broadcast_to(2.0, _2)
        x_bar_1 = iadd(x_bar, y_bar)
        return x_bar_1
        """,
        """
        x_bar = numpy.full_like(x, g)
        x_bar_1 = iadd(x_bar, 2.0)
        return x_bar_1
        """,
    ),
    "one choice": (V, "_1 = ifelse(g, x, x)\nreturn _1", "return x"),
    "an item of a display": (
        V,
        "_1 = tuple(x, y)\n_2 = getitem(_1, 1)\nreturn _2",
        "return y",
    ),
    "a display unpacked": (
        V,
        "_1 = tuple(x, y)\n_2, _3 = unpack(_1)\n_4 = add(_2, _3)\nreturn _4",
        "_1 = add(x, y)\nreturn _1",
    ),
    # names
    "the name moves to the temporary": (
        S,
        "_1 = numpy.sin(x)\ny_bar = mul(1.0, _1)\nz = mul(y_bar, y)\nreturn z",
        "y_bar = numpy.sin(x)\nz = mul(y_bar, y)\nreturn z",
    ),
    "two names for one value": (
        S,
        "y_bar = numpy.sin(x)\nz_bar = mul(1.0, y_bar)\nreturn z_bar",
        "y_bar = numpy.sin(x)\nz_bar = same(y_bar)\nreturn z_bar",
    ),
    "the user's own code stays": (
        S,
        "_1 = mul(x, 1)  # ~ forward\nz = neg(_1)  # forward\nreturn z",
        "_1 = mul(x, 1)  # ~ forward\nz = neg(_1)  # forward\nreturn z",
    ),
}

SUMS = {
    "two contributions": (
        S,
        "_1 = mul(x, y)\nx_bar = neg(y)\nx_bar_1 = iadd(x_bar, _1)\nreturn x_bar_1",
        "_1 = mul(x, y)\n_2 = neg(y)\nx_bar_1 = add(_2, _1)\nreturn x_bar_1",
    ),
    "one less the other": (
        V,
        "x_bar = mul(x, g)\nx_bar_1 = isub(x_bar, y)\nreturn x_bar_1",
        "_1 = mul(x, g)\nx_bar_1 = sub(_1, y)\nreturn x_bar_1",
    ),
    "one less the other, perhaps of another length": (
        "x: f8[n], y: f8[m], g: float",
        "x_bar = mul(x, g)\nx_bar_1 = isub(x_bar, y)\nreturn x_bar_1",
        "x_bar = mul(x, g)\nx_bar_1 = isub(x_bar, y)\nreturn x_bar_1",
    ),
    "the first is read": (
        S,
        "x_bar = mul(x, y)\nx_bar_1 = iadd(x_bar, y)\n_1 = mul(x_bar, x_bar_1)\n"
        "return _1",
        "x_bar = mul(x, y)\nx_bar_1 = iadd(x_bar, y)\n_1 = mul(x_bar, x_bar_1)\n"
        "return _1",
    ),
    "a store in between": (
        "x: f8[n], y: float, i: int",
        "_1 = getitem(x, i)\ny_bar = mul(_1, y)\nx_1 = setitem(x, i, y)\n"
        "y_bar_1 = iadd(y_bar, y)\n_2 = tuple(x_1, y_bar_1)\nreturn _2",
        "_1 = getitem(x, i)\ny_bar = mul(_1, y)\nx_1 = setitem(x, i, y)\n"
        "y_bar_1 = iadd(y_bar, y)\n_2 = tuple(x_1, y_bar_1)\nreturn _2",
    ),
}


def settled(fn: Function) -> Function:
    """The peepholes and the last touch."""
    return dce(settle(algebra(fn)))


@pytest.mark.parametrize("name", ROWS)
def test_algebra(name: str) -> None:
    params, before, after = ROWS[name]
    expect(settled, body(params, before), body(params, after))


@pytest.mark.parametrize("name", SUMS)
def test_sums(name: str) -> None:
    params, before, after = SUMS[name]
    expect(sums, body(params, before), body(params, after))


@pytest.mark.parametrize("name", ROWS)
def test_what_is_in_normal_form_stays(name: str) -> None:
    params, before, _ = ROWS[name]
    once = settled(read(body(params, before)))
    assert plain(settled(once)) == plain(once)


def test_regions_are_rewritten_and_merged() -> None:
    expect(
        algebra,
        """
        def f(x: float, n: int):
            over = builtins.range(n)
            for i in over:
                a_bar = phi(0.0, a_bar_1)
                _1 = neg(x)
                _2 = mul(1.0, _1)
                a_bar_1 = iadd(a_bar, _2)
            return a_bar
        """,
        """
        def f(x: float, n: int):
            over = builtins.range(n)
            for i in over:
                a_bar = phi(0.0, a_bar_1)
                a_bar_1 = isub(a_bar, x)
            return a_bar
        """,
    )


def test_algebra_is_linear() -> None:
    lines = [f"_{n} = mul(_{n - 1}, {2 - n % 2 * 1.5})" for n in range(1, 1500)]
    text = body("_0: float", "\n".join([*lines, "return _1499"]))
    assert len(algebra(read(text)).body) < 1600
