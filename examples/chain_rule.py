"""The chain rule on a graph: values forward, then upstream x local = downstream.

Run `python examples/chain_rule.py` (`--page chain_rule.html` writes the teaching page),
or look at the gradient: `symdiff grad examples/chain_rule.py --argnums x,y,z`
"""

import sys

import symdiff
from symdiff.explain.table import table
from symdiff.explain.trace import trace


def expression(x: float, y: float, z: float):
    q = x + y  # an addition passes the gradient on to both
    f = q * z  # a multiplication crosses it: each is given the other's value
    return f * x  # x is used a second time: its two paths add up


if __name__ == "__main__":
    x, y, z = -2.0, 5.0, -4.0
    gradient = symdiff.grad(expression, argnums=("x", "y", "z"))
    x_bar, y_bar, z_bar = gradient(x, y, z)
    print(gradient.source)
    print(table(trace(gradient, x, y, z).document()))

    # By hand, from the result back to the arguments.
    q, f = 3.0, -12.0
    f_bar = 1.0 * x  # upstream x local = downstream, at the last multiplication
    q_bar, by_hand_z = f_bar * z, f_bar * q
    by_addition = q_bar * 1.0
    by_multiplication = 1.0 * f
    print(f"paths to x: {by_addition} + {by_multiplication} = {x_bar}")
    assert x_bar == by_addition + by_multiplication == -4.0
    assert y_bar == by_addition == 8.0
    assert z_bar == by_hand_z == -6.0
    symdiff.check_grads(expression, (x, y, z))

    if sys.argv[1:2] == ["--page"]:
        gradient.to_html(sys.argv[2], x, y, z)
