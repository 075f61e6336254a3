"""Differentiable physics: an explicit heat equation with in-place updates.

Run `python examples/heat.py`, or look at the gradient:
`symdiff grad examples/heat.py --argnums u,alpha
--types "u: f8[n], alpha: float, steps: int"`
"""

import numpy as np

import symdiff


def final_energy(u, alpha, steps):
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    u = rng.normal(size=200)
    before = u.copy()
    symdiff.check_grads(final_energy, (u[:12].copy(), 0.2, 9))

    u_bar, alpha_bar = symdiff.grad(final_energy, argnums=("u", "alpha"))(u, 0.2, 50)
    size = np.linalg.norm(u_bar)
    print(f"sensitivity to alpha {alpha_bar:.3f}, to u in norm {size:.3f}")
    assert alpha_bar < 0  # more diffusion leaves less energy
    assert np.array_equal(u, before)  # the caller's array is as it was
