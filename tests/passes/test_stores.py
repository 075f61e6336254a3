"""Arrays in place, end to end: the value and the gradient, and who sees the store."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from lowering import live

import symdiff
from symdiff.errors import UnsupportedError
from symdiff.testing import compare

X = np.array([0.7, -1.3, 2.1, 0.4, -0.6, 1.9])
M = np.array([[0.7, -1.3, 2.1], [0.4, -0.6, 1.9], [1.2, 0.3, -0.8]])

PROGRAMS = {
    "out of a ufunc": (
        """
        def f(x):
            y = np.empty_like(x)
            np.multiply(x, x, out=y)
            np.sin(y, out=y)
            np.add(y, x, y)
            z = np.exp(y, out=(y,))
            z[0] = x[1]
            return np.sum(y * x)
        """,
        X,
    ),
    "out that is a view": (
        """
        def f(x):
            y = np.zeros(6)
            np.multiply(x[:3], x[3:], out=y[::2])
            np.multiply(y[:3], 2, out=y[1:4])
            np.maximum(x, 0.5, out=x)
            return np.sum(y * x)
        """,
        X,
    ),
    "out of products and reductions": (
        """
        def f(m):
            y = np.empty((3, 3))
            np.matmul(m, m, out=y)
            np.dot(m, y, out=y)
            z = np.zeros(3)
            np.sum(y, axis=0, out=z)
            np.cumsum(z, out=z)
            m.dot(z, out=z)
            np.clip(y, -1, 2, out=y)
            y.clip(-0.5, 1.5, out=y)
            w = np.empty(())
            np.mean(y, out=w)
            return np.sum(y) + np.sum(z) * w
        """,
        M,
    ),
    "only where a mask says so": (
        """
        def f(x):
            y = np.zeros_like(x)
            np.log(x, out=y, where=x > 0)
            z = np.divide(1.0, x, out=np.zeros((2, 6)), where=x != 0)
            np.add(z, y, out=z, where=True)
            return np.sum(y * x) + np.sum(z)
        """,
        X,
    ),
    "copyto": (
        """
        def f(x):
            a = np.zeros(6)
            np.copyto(a, x * x)
            np.copyto(a, 5.0, where=x > 2)
            np.copyto(a, x, where=x < 0)
            b = np.zeros((2, 6))
            np.copyto(b, x)
            return np.sum(a * x) + np.sum(b * b)
        """,
        X,
    ),
    "put, place and putmask": (
        """
        def f(m):
            a = np.zeros((3, 3))
            np.put(a, [0, 4], m[0, :2] ** 2)
            np.put(a, 2, m[2, 2])
            a.put([1, 8], m[1, 1])
            b = m * m
            np.place(b, m > 1, [5.0])
            np.putmask(b, m < 0, m + 3)
            np.putmask(b, b > 9, 4.0)
            return np.sum(a * a) + np.sum(b * m)
        """,
        M,
    ),
    "the diagonal": (
        """
        def f(m):
            a = m * m
            np.fill_diagonal(a, m[0])
            b = np.outer(m[0], m[:2, 1])
            np.fill_diagonal(b, m[0, 1])
            return np.sum(a * m) + np.sum(b * b)
        """,
        M,
    ),
    "sort and partition": (
        """
        def f(m):
            a = m * m
            a.sort(axis=0)
            a[1].sort()
            v = a[:, ::-1]
            v.sort()
            b = m[0] * 2
            b.partition(1)
            return np.sum(a * m) + b[1]
        """,
        M,
    ),
    "ufunc.at": (
        """
        def f(x):
            a = np.ones(4)
            np.add.at(a, [0, 1, 0], x[:3] ** 2)
            np.subtract.at(a, [0, 3, 0], x[3:] ** 2)
            counts = np.ones(3)
            np.multiply.at(counts, [0, 0, 2], 2.0)
            return np.sum(a * a) + np.sum(counts * x[:3])
        """,
        X,
    ),
    "repeated indices": (
        """
        def f(x):
            a = x.copy()
            at = np.array([0, 0, 3])
            a[at] += x[:3] ** 2
            a[[1, 1]] = x[:2] * 3
            a[at] *= x[3:]
            return np.sum(a**2)
        """,
        X,
    ),
    "reshapes that are views": (
        """
        def f(x):
            a = np.zeros(6)
            a.reshape(2, 3)[1] = x[:3]
            a.reshape(-1)[0] = x[5] ** 2
            m = np.zeros((2, 3))
            line = m.ravel()
            line[1:4] = x[:3] * a[3:]
            m[0, 0] = 7 * x[0]
            return np.sum(a * a) + np.sum(line * x)
        """,
        X,
    ),
    "flat": (
        """
        def f(m):
            a = m * m
            a.flat[::4] = m[0, 1] * 3
            a.T.flat[1] *= m[0, 0]
            return np.sum(a * m) + a.flat[2]
        """,
        M,
    ),
    "axes that are moved": (
        """
        def f(m):
            a = m * m
            v = np.swapaxes(a, 0, 1)
            v[0] = m[:, 1]
            w = np.moveaxis(a, 0, 1)
            w[1] *= 2
            t = np.transpose(a, (1, 0))
            t[0] += v[1]
            u = np.expand_dims(a, 1)
            u[2, 0] = m[0]
            return np.sum(a * m) + np.sum(v * w)
        """,
        M,
    ),
    "an array that is one already": (
        """
        def f(x):
            a = np.asarray(x)
            b = np.asarray(a)
            a[0] = 5.0
            c = np.atleast_1d(x)
            c[1] = 2.0
            return np.sum(x * x) + np.sum(a * b * c)
        """,
        X,
    ),
    "indices of rows and columns": (
        """
        def f(m):
            a = m * m
            a[np.ix_([0, 2], [1, 2])] = m[:2, :2]
            i, j = np.triu_indices(3, 1)
            a[i, j] = m[j, i]
            a[np.diag_indices(3)] += m[0]
            a[range(3), range(3)] *= 2
            return np.sum(a * m)
        """,
        M,
    ),
    "swaps": (
        """
        def f(m):
            a = m * m
            a[[0, 1]] = a[[1, 0]]
            a[0], a[1] = a[1].copy(), a[0].copy()
            a[1], a[2] = a[2], a[1]
            a[:] = a[::-1]
            return np.sum(a * m)
        """,
        M,
    ),
    "integers that are shuffled": (
        """
        def f(x):
            np.random.seed(3)
            order = np.arange(6)
            np.random.shuffle(order)
            return np.sum(x[order] ** 2 * np.arange(6))
        """,
        X,
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradient(name):
    text, arg = PROGRAMS[name]
    fun = live(text)
    given = copy.deepcopy(arg)
    value, grad = symdiff.value_and_grad(fun)(given)
    np.testing.assert_array_equal(given, arg)
    np.testing.assert_allclose(value, fun(copy.deepcopy(arg)), rtol=1e-12)
    wrong = [str(row) for row in compare(fun, (grad,), (arg,), [0]) if not row.ok]
    assert not wrong, wrong


REFUSED = {
    "a diagonal": ("SD302", "d = np.diagonal(a)\n    d[0] = 1.0"),
    "a reshape of who knows what": ("SD302", "b = a.T * 2\n    b.reshape(-1)[0] = 1.0"),
    "floats in integers": (
        "SD202",
        "b = np.zeros((3, 3), dtype=int)\n    np.sin(a, out=b)",
    ),
    "several results": ("SD202", "b, c = np.modf(a, out=(a, a))"),
    "a name that is not one": ("SD302", "np.sin(a, out=np.ravel(a.T))"),
    "inside of an expression": ("SD308", "b = 1 + np.sin(a, out=a)"),
    "a resize": ("SD307", "a.resize(2)"),
    "numbers that are shuffled": ("SD307", "np.random.shuffle(a)"),
    "factors by index": ("SD201", "np.multiply.at(a, [0, 0], a[0])"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    code, line = REFUSED[name]
    fun = live(f"def f(m):\n    a = m * m\n    {line}\n    return np.sum(a)\n")
    with pytest.raises(UnsupportedError) as caught:
        symdiff.grad(fun)(M)
    assert [d.code for d in caught.value.diagnostics] == [code]
