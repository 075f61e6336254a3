"""A while loop on plain floats: the derivative of a root found by Newton's method.

Run `python examples/newton.py`, or look at the gradient:
`symdiff grad examples/newton.py`
"""

import symdiff


def cube_root(a: float) -> float:
    x = a
    while abs(x**3 - a) > 1e-12 * a:
        x = x - (x**3 - a) / (3 * x**2)
    return x


if __name__ == "__main__":
    symdiff.check_grads(cube_root, (2.7,))
    found = symdiff.grad(cube_root)(2.7)
    exact = 2.7 ** (-2 / 3) / 3
    print(f"derivative {found:.12f}, exactly {exact:.12f}")
    assert abs(found - exact) < 1e-9
