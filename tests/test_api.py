"""What a user of `grad` and `value_and_grad` can rely on."""

import copy
import inspect
import pickle
import subprocess
import sys
import traceback

import numpy as np
import pytest

import symdiff
from symdiff import UnsupportedError, check_grads, grad, value_and_grad


def cubic(x, y=2.0):
    """A cubic."""
    return x**3 * y


@grad
def decorated(x: float) -> float:
    return x * x


@value_and_grad(argnums=("w", "b"))
def affine_loss(w, b, x, y):
    return np.mean((x @ w + b - y) ** 2)


def scaled_energy(u, s):
    u *= s
    return np.sum(u**2)


def test_one_argnum_gives_a_bare_gradient_and_a_tuple_gives_a_tuple():
    assert grad(cubic)(2.0) == 24.0
    assert grad(cubic, argnums=(0,))(2.0) == (24.0,)
    assert grad(cubic, argnums=("y", 0))(2.0) == (8.0, 24.0)
    assert grad(cubic, argnums=-1)(2.0) == 8.0


def test_keywords_and_defaults_are_those_of_the_function():
    assert grad(cubic)(x=2.0, y=1.0) == 12.0
    with pytest.raises(TypeError, match="missing a required argument"):
        grad(cubic)()


def test_decorator_forms():
    assert decorated(3.0) == 6.0
    rng = np.random.default_rng(0)
    w, x, y = rng.normal(size=3), rng.normal(size=(5, 3)), rng.normal(size=5)
    value, (w_bar, b_bar) = affine_loss(w, 0.5, x, y)
    residual = x @ w + 0.5 - y
    np.testing.assert_allclose(value, np.mean(residual**2))
    np.testing.assert_allclose(w_bar, 2 * x.T @ residual / 5)
    np.testing.assert_allclose(b_bar, 2 * np.mean(residual))


def test_a_python_int_is_the_real_number_it_is():
    out = grad(lambda x: x**2)(3)
    assert out == 6.0
    assert isinstance(out, float)


@pytest.mark.parametrize("x", [np.arange(3), np.array([True, False])])
def test_an_integer_array_is_refused(x):
    with pytest.raises(TypeError, match=r"\.astype\(float\)"):
        grad(lambda x: np.sum(x**2))(x)


def test_an_output_that_is_not_a_number_is_refused():
    with pytest.raises(TypeError, match=r"shape .*jacobian"):
        grad(lambda x: x * 2)(np.ones(5))


def test_arguments_are_never_written_to():
    u = np.linspace(1.0, 2.0, 5)
    before = u.copy()
    u_bar, s_bar = grad(scaled_energy, argnums=(0, 1))(u, 3.0)
    assert np.array_equal(u, before)
    np.testing.assert_allclose(u_bar, 18 * before)
    np.testing.assert_allclose(s_bar, 6 * np.sum(before**2))


def test_a_gradient_does_not_share_storage_with_the_arguments():
    x, y = np.ones(3), np.arange(3.0)
    x_bar, y_bar = grad(lambda x, y: np.sum(x * y), argnums=(0, 1))(x, y)
    assert not np.shares_memory(x_bar, y)
    assert not np.shares_memory(y_bar, x)
    a, b = grad(lambda x, y: np.sum(x + y), argnums=(0, 1))(x, y)
    assert not np.shares_memory(a, b)


def test_float32_stays_float32():
    x = np.ones(4, dtype=np.float32)
    assert grad(lambda x: np.sum(x**3))(x).dtype == np.float32
    y = np.ones(4)
    assert grad(lambda x, y: np.sum(x * y))(x, y).dtype == np.float32


def test_the_source_is_standalone():
    w, x, y = np.ones(2), np.ones((4, 2)), np.zeros(4)
    source = affine_loss.specialize(w, 0.0, x, y).source
    space = {}
    exec(source, space)
    value, (w_bar, _) = space["affine_loss_value_and_grad"](w, 0.0, x, y)
    assert value == 4.0
    np.testing.assert_allclose(w_bar, [4.0, 4.0])


def test_getsource_signature_and_help_show_the_right_things():
    assert "def decorated_grad(x" in inspect.getsource(decorated)
    assert inspect.signature(grad(cubic)) == inspect.signature(cubic)
    assert grad(cubic).__doc__ == "A cubic."
    assert grad(cubic).primal is cubic


def test_a_traceback_shows_the_generated_line():
    def f(x):
        if x < 0:
            raise ValueError(f"negative: {x}")
        return x * x

    with pytest.raises(ValueError, match=r"negative: -1\.0") as caught:
        grad(f)(-1.0)
    assert "raise ValueError(" in traceback.format_exception(caught.value)[-2]


def test_the_unbound_name_of_the_function_comes_out():
    def f(x):
        if x > 0:
            y = x * x
        return y

    assert grad(f)(2.0) == 4.0
    with pytest.raises(UnboundLocalError):
        grad(f)(-2.0)


def test_effects_happen_once(capsys):
    def f(x):
        print("x is", x)
        return x * x

    grad(f)(2.0)
    assert capsys.readouterr().out == "x is 2.0\n"


def test_it_pickles():
    assert pickle.loads(pickle.dumps(grad(cubic)))(2.0) == 24.0
    assert pickle.loads(pickle.dumps(decorated)) is decorated


def test_it_copies():
    assert copy.copy(grad(cubic))(2.0) == 24.0


def test_save_writes_an_importable_module(tmp_path):
    path = tmp_path / "saved.py"
    grad(cubic).specialize(2.0).save(path)
    code = "import saved; print(saved.cubic_grad(2.0))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "24.0\n", done.stderr


def test_a_variant_is_compiled_once_for_equal_types():
    df = grad(lambda x: np.sum(x**2))
    assert df.specialize(np.ones(5)) is df.specialize(np.zeros(7))
    assert df.specialize(np.ones((5, 6))) is not df.specialize(np.ones(5))


def test_a_changed_global_is_seen():
    space = {"np": np, "G": 2.0}
    text = "def f(x):\n    return G * x * x\n"
    import linecache

    linecache.cache["<g>"] = (len(text), None, text.splitlines(True), "<g>")
    exec(compile(text, "<g>", "exec"), space)
    df = grad(space["f"])
    assert df(1.0) == 4.0
    space["G"] = 5.0
    assert df(1.0) == 10.0


def test_closures_over_arrays_and_numbers():
    X, scale = np.arange(6.0).reshape(3, 2), 2.0

    def loss(w):
        return scale * np.sum((X @ w) ** 2)

    w = np.ones(2)
    np.testing.assert_allclose(grad(loss)(w), 4.0 * X.T @ (X @ w))
    X[:] = 0.0
    np.testing.assert_allclose(grad(loss)(w), 0.0)


def test_methods():
    class Model:
        def __init__(self, scale):
            self.scale = scale

        def loss(self, x):
            return x * x

    assert grad(Model(2.0).loss)(3.0) == 6.0


def test_unknown_argnums_are_refused():
    with pytest.raises(symdiff.UsageError, match="argnums names 'z'"):
        grad(cubic, argnums="z")
    with pytest.raises(symdiff.UsageError, match="2 parameters"):
        grad(cubic, argnums=2)


def test_arguments_that_share_what_is_stored_into_are_refused():
    def f(a, b):
        a[0] = 2.0
        return np.sum(a * b)

    u = np.ones(5)
    with pytest.raises(symdiff.UsageError, match="share storage"):
        grad(f, argnums=(0, 1))(u, u)
    assert grad(f, argnums=1)(u, u.copy())[0] == 2.0
    assert np.array_equal(grad(lambda a, b: np.sum(a * b))(u, u), u)


def test_two_sums_of_what_may_be_a_list():
    def f(d):
        t = acc = np.sum(np.outer(np.concatenate([d, d[:2]]), 2), axis=1)
        return sum(t) + sum(acc)

    np.testing.assert_allclose(grad(f)(np.ones(5)), [8, 8, 4, 4, 4])


def test_accumulators_that_swap_in_a_loop():
    def swapped(x, y, k):
        a = 0.0
        b = 0.0
        for _ in range(k):
            a += x
            b += y
            a, b = b, a
        return np.sum(a * b)

    symdiff.check_grads(swapped, (np.array([1.0, 2.0]), np.array([0.5, -1.0]), 3))


def test_a_list_of_pairs_that_is_unpacked_into_two():
    def loss(params, x):
        (W, b), (V, c) = params
        return np.sum((np.tanh(x @ W + b) @ V + c) ** 2)

    rng = np.random.default_rng(3)
    params = [
        (rng.normal(size=(3, 2)), rng.normal(size=2)),
        (rng.normal(size=(2, 4)), rng.normal(size=4)),
    ]
    check_grads(loss, (params, rng.normal(size=(5, 3))))


def test_a_loop_over_a_tuple_adds_to_its_items():
    def loss(Ws, x):
        for W in Ws:
            x = np.tanh(W @ x) * Ws[0][0, 0]
        return np.sum(x) + np.sum(Ws[1])

    rng = np.random.default_rng(4)
    Ws = (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))
    assert isinstance(grad(loss)(Ws, np.ones(3)), tuple)
    check_grads(loss, (Ws, rng.normal(size=3)))


def test_a_list_of_numbers_as_a_vector_and_a_matrix():
    def loss(xs):
        logs = [np.log(x) for x in xs]
        table = np.array([[x * y for x in xs] for y in xs])
        return np.dot(logs, np.arange(len(logs))) + np.sum(table @ table)

    check_grads(loss, ([0.5, 2.0, 1.5],))


def test_a_mode_that_only_its_value_can_choose():
    def loss(x, kind, axis):
        table = {"square": np.square, "exp": np.exp}
        return np.sum(np.diff(table[kind](x), axis=axis) ** 2)

    x = np.arange(6.0).reshape(2, 3) / 4
    slope = grad(loss)
    for kind in ("square", "exp", "square"):
        for axis in (0, 1):
            found = slope(x, kind, axis)
            want = grad(lambda x: loss(x, kind, axis))(x)  # noqa: B023
            np.testing.assert_array_equal(found, want)
    with pytest.raises(UnsupportedError, match="SD"):
        slope(x, "cube", 0)


def test_a_list_that_is_stretched_over_the_rows_of_an_array():
    def loss(a, b, M):
        row = [a, b]
        return np.sum((M + row) ** 2 * M)

    check_grads(loss, (0.5, -1.5, np.arange(6.0).reshape(3, 2)))
    check_grads(loss, (0.5, -1.5, np.arange(4.0).reshape(2, 2)))


OUTSIDE = np.linspace(0.0, 2.0, 6)


def reads_what_is_outside(k, y):
    a = np.tanh(OUTSIDE * k)
    b = np.exp(a) @ np.outer(a, y)
    c = np.linalg.solve(np.outer(b, b) + np.eye(2), y)
    return np.sum(c**2)


def test_a_function_that_is_called_may_read_an_array_of_the_module():
    def f(k):
        return reads_what_is_outside(k, np.array([1.0, 2.0])) * k

    symdiff.check_grads(f, (0.7,), order=2)
