import numpy as np


def burgers(u0, nu, dt, steps):
    """Upwind steps of Burgers' equation, in place."""
    u = u0.copy()
    for _ in range(steps):
        slope = u[1:-1] - u[:-2]  # against the wind
        u[1:-1] -= dt * (u[1:-1] * slope - nu * (u[2:] - 2 * u[1:-1] + u[:-2]))
    return np.mean(u**2)

# --- grad(burgers, argnums=(0, 1)), tried at (np.sin(np.arange(9.0)), 0.1, 0.05, 3)
def burgers_grad(u0, nu, dt, steps):
    """Gradient of `burgers` with respect to u0, nu."""
    # forward
    u = u0.copy()
    total_tape = []
    u_part_tape = []
    slope_tape = []
    for _ in range(steps):
        slope = u[1:-1] - u[:-2]  # against the wind
        slope_tape.append(slope)
        u_part_tape.append(u[1:-1].copy())
        total = u[2:] - 2 * u[1:-1] + u[:-2]
        total_tape.append(total)
        u[1:-1] -= dt * (u[1:-1] * slope - nu * total)

    # reverse of: return np.mean(u**2)
    u_bar = 2 * u / u.size

    # reverse of: for _ in range(steps)
    nu_bar = 0.0
    for total, slope, u_part in zip(
        reversed(total_tape), reversed(slope_tape), reversed(u_part_tape)
    ):
        # reverse of: u[1:-1] -= dt * (u[1:-1] * slope - nu * (u[2:] - 2 * u[1:-1] + u[:-2]))
        prod = u_bar[1:-1] * dt
        nu_bar += prod @ total
        prod_1 = prod * nu
        u_bar[:-2] += prod_1
        u_bar[1:-1] -= 2 * prod_1
        u_bar[2:] += prod_1
        prod_1 = prod * u_part
        slope_bar = -prod_1
        u_bar[1:-1] -= prod * slope
        # reverse of: slope = u[1:-1] - u[:-2]
        u_bar[:-2] += prod_1
        u_bar[1:-1] += slope_bar

    # reverse of: u = u0.copy()
    u0_bar = u_bar
    return u0_bar, nu_bar
