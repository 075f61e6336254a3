"""Differentiable physics: throw at a target by gradient descent through a simulator.

Run `python examples/projectile.py`, or look at the gradient:
`symdiff grad examples/projectile.py --argnums vx,vy`
"""

import symdiff

DRAG = 0.05


def miss(vx: float, vy: float, target: float):
    x, y, dt = 0.0, 0.0, 0.01
    while y >= 0:
        speed = (vx**2 + vy**2) ** 0.5
        vx -= dt * DRAG * speed * vx
        vy -= dt * (9.81 + DRAG * speed * vy)
        x += dt * vx
        y += dt * vy
    x -= vx * y / vy  # back along the last step, to the ground
    return (x - target) ** 2


if __name__ == "__main__":
    symdiff.check_grads(miss, (8.0, 9.0, 5.0))
    step = symdiff.value_and_grad(miss, argnums=("vx", "vy"))
    vx, vy = 5.0, 5.0
    for _ in range(200):
        value, (vx_bar, vy_bar) = step(vx, vy, 9.0)
        vx, vy = vx - 0.02 * vx_bar, vy - 0.02 * vy_bar
    print(f"thrown at ({vx:.2f}, {vy:.2f}) it lands {value**0.5:.1e} from the target")
    assert value < 1e-6
