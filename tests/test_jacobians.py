"""Jacobians and Hessians: all directions in one sweep, sparse ones, empty ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from symdiff import grad, hessian, jacfwd, jacobian, jacrev, vjp
from symdiff.derived import GradFunction
from symdiff.errors import UsageError
from symdiff.options import Options

RNG = np.random.default_rng(5)
X = RNG.normal(size=5)
W = RNG.normal(size=(5, 5))
M = RNG.normal(size=(2, 5))
LOOP = frozenset({"batch"})


def layer(x):
    return np.tanh(W @ x)


def network(x):
    return np.outer(layer(x), x) @ np.where(x > 0, x, x**3) + x.sum()


def smoothing(x):
    u = x.copy()
    for _ in range(2):
        u[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2]) ** 2
    return u


def softmax(x):
    e = np.exp(x - np.max(x))
    return np.stack([e / np.sum(e), np.roll(x, 1) * x[::-1]])


def listed(x):
    out = []
    for i in range(len(x)):
        out.append(x[i] ** 2 * x[i - 1])
    return np.array(out)


def branching(x):
    y = 2 * x
    if x[0] > 0:
        y = y * x[::-1]
    else:
        sine = np.sin(x[2:])
        y = np.concatenate([y[:2], sine])
    return y


def recurrent(x):
    h = np.zeros(5)
    for _ in range(3):
        h = np.tanh(W @ h + x)
    return h


def factored(x):
    return np.linalg.qr(W + np.diag(x))[0] @ x


def matrix(x):
    return np.tanh(x @ W).T / np.linalg.norm(x, axis=1)


def pairwise(x):
    return (x[:, None, :] - x[None, :, :]) ** 2


VECTORS = [layer, network, smoothing, softmax, listed, branching, recurrent, factored]
CASES = [*((f, X) for f in VECTORS), (branching, -X), (matrix, M), (pairwise, M)]


@pytest.mark.parametrize(("f", "x"), CASES, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("mode", ["jacfwd", "jacrev"])
def test_one_sweep_gives_what_a_loop_gives(f, x, mode):
    whole, loop = (
        GradFunction(f, Options(transform=mode, without=without))
        for without in (frozenset(), LOOP)
    )
    found, want = whole(x), loop(x)
    assert found.shape == (*f(x).shape, *x.shape)
    np.testing.assert_allclose(found, want, rtol=1e-11, atol=1e-13)
    assert "in np.eye(" in loop.source
    in_a_loop = {factored} | ({listed} if mode == "jacrev" else set())
    assert ("in np.eye(" in whole.source) == (f in in_a_loop)


def test_the_jacobian_of_a_layer_is_written_as_by_hand():
    def f(x, w):
        y = np.tanh(w @ x)
        return y

    forward = jacfwd(f)
    forward(X, W)
    assert forward.source == (
        "import numpy as np\n\n\n"
        "def f_jacobian(x, w):\n"
        '    """Jacobian of `f`."""\n'
        "    y = np.tanh(w @ x)\n"
        "    return w * (1 - y**2)[:, None]\n"
    )
    reverse = jacrev(f)
    reverse(X, W)
    assert "    x_bar = (1 - y**2)[:, None] * w\n    return x_bar\n" in reverse.source


def test_rows_are_cotangents_and_columns_tangents():
    _, back = vjp(network, X)
    rows = [back(e)[0] for e in np.eye(5)]
    np.testing.assert_allclose(jacrev(network)(X), rows, rtol=1e-12)
    np.testing.assert_allclose(jacfwd(network)(X), rows, rtol=1e-12)


def test_hessians_are_symmetric_and_the_jacobians_of_gradients():
    def f(x, w):
        return np.sum(np.tanh(w @ x) ** 2 * x[0]) + np.prod(x)

    blocks = hessian(f, argnums=(0, "w"))(X, W)
    np.testing.assert_allclose(blocks[0][0], blocks[0][0].T, rtol=1e-11, atol=1e-13)
    turned = np.moveaxis(blocks[1][0], -1, 0)
    np.testing.assert_allclose(blocks[0][1], turned, rtol=1e-11, atol=1e-13)
    again = jacrev(grad(f))(X, W)
    np.testing.assert_allclose(blocks[0][0], again, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("mode", [jacfwd, jacrev])
def test_arguments_may_be_containers(mode):
    def f(params, x):
        return np.tanh(params["w"] @ x) * params["b"]

    params = {"w": W, "b": X}
    found = mode(f)(params, X)
    tanh = np.tanh(W @ X)
    want = np.einsum("i,ij,k->ijk", X * (1 - tanh**2), np.eye(5), X)
    np.testing.assert_allclose(found["w"], want, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found["b"], np.diag(tanh), rtol=1e-12)


EMPTY = [
    (lambda x: np.tanh(x) * 2, np.zeros(0), (0, 0)),
    (lambda x: x[3:] ** 2, np.ones(3), (0, 3)),
    (lambda x: x.sum() * np.ones(3), np.zeros(0), (3, 0)),
    (lambda x: np.sum(x**2), np.zeros(0), (0,)),
    (lambda x: 2 * x.T, np.zeros((0, 3)), (3, 0, 0, 3)),
]


@pytest.mark.parametrize(("f", "x", "shape"), EMPTY)
@pytest.mark.parametrize("mode", ["jacfwd", "jacrev"])
@pytest.mark.parametrize("without", [frozenset(), LOOP], ids=["sweep", "loop"])
def test_jacobians_may_be_empty(f, x, shape, mode, without):
    made = GradFunction(f, Options(transform=mode, without=without))
    assert made(x).shape == shape


# --- sparse ones ---


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


DETECTED = [(f, X) for f in (smoothing, softmax, listed, branching, network)]
DETECTED += [(matrix, M), (pairwise, M)]


@pytest.mark.parametrize(("f", "x"), DETECTED, ids=lambda v: getattr(v, "__name__", ""))
def test_a_detected_pattern_gives_the_dense_jacobian(f, x):
    made = jacobian(f, sparsity="detect")
    dense = jacobian(f)(x).reshape(f(x).size, x.size)
    found = made(x)
    assert sparse.issparse(found)
    np.testing.assert_allclose(found.toarray(), dense, rtol=1e-11, atol=1e-13)
    assert not np.any(dense[~made.pattern.toarray()])


def test_a_pattern_holds_for_all_inputs_of_a_shape():
    made = jacobian(branching, sparsity="detect")
    for x in (X, -X, np.abs(X), -np.abs(X)):
        found, want = made(x), jacobian(branching)(x)
        np.testing.assert_allclose(found.toarray(), want, rtol=1e-12)
    eye = np.eye(5, dtype=bool)
    assert np.array_equal(made.pattern.toarray(), eye | eye[::-1])


def test_a_sparse_hessian_needs_a_direction_for_each_colour():
    made = hessian(rosenbrock, sparsity="detect")
    x = RNG.normal(size=40)
    np.testing.assert_allclose(made(x).toarray(), hessian(rosenbrock)(x), rtol=1e-12)
    assert made.directions == 3
    assert made.pattern.nnz == 3 * 40 - 2
    assert "x_dot = np.eye(3)[:, colours]" in made.source
    assert "in np.eye(" not in made.source


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.coo_matrix])
def test_a_pattern_may_be_given(kind):
    band = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) <= 1
    made = hessian(rosenbrock, sparsity=kind(band))
    np.testing.assert_allclose(made(X).toarray(), hessian(rosenbrock)(X), rtol=1e-12)


def test_what_has_few_rows_is_coloured_in_reverse_mode():
    def f(x):
        return np.array([np.sum(x[:3] ** 2), np.sum(x[3:])])

    made = jacobian(f, sparsity="detect")
    np.testing.assert_allclose(made(X).toarray(), jacobian(f)(X), rtol=1e-12)
    assert made.directions == 1
    assert "out_bar" in made.source or "# reverse of" in made.source


def test_what_cannot_be_batched_is_compressed_in_a_loop():
    def f(x):
        return np.linalg.qr(W + np.diag(x[:5]))[0] @ x[:5] + 0 * x[5]

    x = RNG.normal(size=9)
    made = jacobian(f, sparsity=np.ones((5, 9)) * (np.arange(9) < 6))
    np.testing.assert_allclose(made(x).toarray(), jacobian(f)(x), rtol=1e-10)
    assert "in np.eye(" in made.source
    assert made.directions < 9


def halving(x: Any) -> Any:
    while np.sum(x**2) > 1.0:
        x = x / 2
    return x


REFUSED = [
    (lambda: jacobian(halving, sparsity="detect")(X), "loop whose length"),
    (lambda: jacobian(lambda x: x[x > 0], sparsity="detect")(X), "index"),
    (lambda: jacobian(layer, sparsity=np.eye(4))(X), r"shape \(4, 4\)"),
    (lambda: jacobian(layer, sparsity=np.ones((3, 5)))(X), r"shape \(3, 5\)"),
    (lambda: jacobian(rosenbrock, sparsity="detect")(X), "array as the result"),
    (lambda: jacobian(layer, (0,), sparsity="detect"), "one array"),
    (lambda: jacobian(layer, sparsity="auto"), "detect"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_what_has_no_sparse_derivative_is_refused(call, words):
    with pytest.raises(UsageError, match=words):
        call()


def nested(v: Any) -> Any:
    return np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]]]) @ v


def nested_rows(v: Any) -> Any:
    return np.asarray([[v[0], v[1]], [v[1] * v[2], 2.0]]) * 2


def deeper(v: Any) -> Any:
    return np.array([[[v[0]], [v[1]]], [[v[2]], [v[0] * v[1]]]])


def stacked(v: Any) -> Any:
    return np.stack([[v[0], v[1]], [v[1] * v[2], 2.0]], axis=1)


def mixed(v: Any) -> Any:
    return np.array([v, [v[1], 1.0, v[0]], v * v])


def summed_lists(v: Any) -> Any:
    return np.einsum("i,j->ij", [v[0], v[1]], v)


@pytest.mark.parametrize(
    "fun", [nested, nested_rows, deeper, stacked, mixed, summed_lists]
)
@pytest.mark.parametrize("mode", [jacfwd, jacrev])
def test_lists_of_lists(fun, mode):
    v, h = np.array([0.3, 1.2, -0.7]), 1e-6
    want = [(fun(v + h * e) - fun(v - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(mode(fun)(v), np.stack(want, axis=-1), atol=1e-8)


@pytest.mark.parametrize("mode", [jacfwd, jacrev])
def test_a_matrix_of_one_number(mode):
    def turn(t: float) -> Any:
        c, s = np.cos(t), np.sin(t)
        return np.array([[c, -s], [s, c]])

    c, s = np.cos(0.7), np.sin(0.7)
    np.testing.assert_allclose(mode(turn)(0.7), [[-s, -c], [c, -s]])
