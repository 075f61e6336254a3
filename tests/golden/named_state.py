from typing import NamedTuple

import numpy as np


class State(NamedTuple):
    pos: np.ndarray
    vel: np.ndarray


def step(state, k, dt):
    """A half kick, a drift, a half kick."""
    vel = state.vel - 0.5 * dt * k * state.pos
    pos = state.pos + dt * vel
    return State(pos, vel - 0.5 * dt * k * pos)


def final_energy(state, k, dt):
    for _ in range(10):
        state = step(state, k, dt)
    return 0.5 * np.sum(state.vel**2) + 0.5 * k * np.sum(state.pos**2)


START = State(np.cos(np.arange(5.0)), np.sin(np.arange(5.0)))

# --- grad(final_energy, argnums=(0, 1)), tried at (START, 1.5, 0.1)
import numpy as np


def final_energy_grad(state, k, dt):
    """Gradient of `final_energy` with respect to state, k."""
    # forward
    pos_tape = []
    pos = state.pos
    vel = state.vel
    for _ in range(10):
        pos_tape.append(pos)
        vel = vel - 0.5 * dt * k * pos
        pos = pos + dt * vel
        vel = vel - 0.5 * dt * k * pos

    # reverse of: return 0.5 * np.sum(state.vel**2) + 0.5 * k * np.sum(state.pos**2)
    pos_bar = pos * k
    k_bar = 0.5 * np.sum(pos**2)
    vel_bar = vel.copy()

    # reverse of: for _ in range(10)
    for _ in reversed(range(10)):
        # reverse of: state = step(state, k, dt)
        prod = 0.5 * dt
        prod_1 = prod * k
        pos_bar -= prod_1 * vel_bar
        k_bar -= 0.5 * (vel_bar @ pos) * dt
        vel_bar += pos_bar * dt
        pos = pos_tape.pop()
        pos_bar -= vel_bar * prod_1
        k_bar -= vel_bar @ pos * prod
    return state._replace(pos=pos_bar, vel=vel_bar), k_bar
