import numpy as np


def final_energy(u, alpha, steps):
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)

# --- grad(final_energy, argnums=(0, 1)), tried at (np.linspace(0, 1, 12) ** 2, 0.2, 9)
def final_energy_grad(u, alpha, steps):
    """Gradient of `final_energy` with respect to u, alpha."""
    # forward
    u = u.copy()
    total_tape = []
    for _ in range(steps):
        total = u[2:] - 2 * u[1:-1] + u[:-2]
        total_tape.append(total)
        u[1:-1] += alpha * total

    # reverse of: return np.sum(u**2)
    u_bar = 2 * u

    # reverse of: for _ in range(steps)
    alpha_bar = 0.0
    for total in reversed(total_tape):
        # reverse of: u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
        alpha_bar += u_bar[1:-1] @ total
        prod = u_bar[1:-1] * alpha
        u_bar[:-2] += prod
        u_bar[1:-1] -= 2 * prod
        u_bar[2:] += prod
    return u_bar, alpha_bar

# --- grad(final_energy), tried at (np.linspace(0, 1, 12) ** 2, 0.2, 9)
def final_energy_grad(u, alpha, steps):
    """Gradient of `final_energy` with respect to u."""
    # forward
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])

    # reverse of: return np.sum(u**2)
    u_bar = 2 * u

    # reverse of: for _ in range(steps)
    for _ in reversed(range(steps)):
        # reverse of: u[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
        prod = u_bar[1:-1] * alpha
        u_bar[:-2] += prod
        u_bar[1:-1] -= 2 * prod
        u_bar[2:] += prod
    return u_bar
