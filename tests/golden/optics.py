"""Layers of a film: nested lists as matrices, sines and cosines used twice."""

import numpy as np


def film(index, width, wave):
    stack = np.eye(2)
    for n, d in zip(index, width):
        phase = 2 * np.pi * n * d / wave
        layer = [
            [np.cos(phase), np.sin(phase) / n],
            [-n * np.sin(phase), np.cos(phase)],
        ]
        stack = stack @ np.array(layer)
    return stack[0, 0] ** 2 + stack[0, 1] ** 2

# --- grad(film, argnums=(0, 1)), tried at (np.array([1.4, 2.1, 1.7]), np.array([0.1, 0.2, 0.3]), 0.6)
import numpy as np


def film_grad(index, width, wave):
    """Gradient of `film` with respect to index, width."""
    # forward
    stack = np.eye(2)
    array_tape = []
    sin_phase_tape = []
    cos_phase_tape = []
    stack_tape = []
    for n, d in zip(index, width):
        stack_tape.append(stack)
        phase = 2 * np.pi * n * d / wave
        cos_phase = np.cos(phase)
        cos_phase_tape.append(cos_phase)
        sin_phase = np.sin(phase)
        sin_phase_tape.append(sin_phase)
        layer = [[cos_phase, sin_phase / n], [-n * sin_phase, cos_phase]]
        array = np.array(layer)
        array_tape.append(array)
        stack = stack @ array

    # reverse of: return stack[0, 0] ** 2 + stack[0, 1] ** 2
    stack_bar = np.zeros_like(stack)
    stack_bar[0, 1] += 2 * stack[0, 1]
    stack_bar[0, 0] += 2 * stack[0, 0]

    # reverse of: for n, d in zip(index, width)
    index_bar = np.zeros_like(index)
    width_bar = np.zeros_like(width)
    for i in reversed(range(len(index))):
        n = index[i]
        d = width[i]
        # reverse of: stack = stack @ np.array(layer)
        array = array_tape.pop()
        stack_bar_1 = stack_bar @ array.T
        stack = stack_tape.pop()
        prod = stack.T @ stack_bar
        # reverse of: layer = [[np.cos(phase), np.sin(phase) / n], [-n * np.sin(phase), np.cos(phase)]]
        part = prod[1, 0]
        sin_phase = sin_phase_tape.pop()
        cos_phase = cos_phase_tape.pop()
        phase_bar = -prod[1, 1] * sin_phase - part * n * cos_phase
        n_bar = -part * sin_phase
        part = prod[0, 1]
        n_bar -= part * sin_phase / (n * n)
        phase_bar += part / n * cos_phase
        phase_bar -= prod[0, 0] * sin_phase
        # reverse of: phase = 2 * np.pi * n * d / wave
        #             layer = [[np.cos(phase), np.sin(phase) / n], [-n * np.sin(phase), np.cos(phase)]]
        prod = 2 * phase_bar
        d_bar = prod * n * np.pi / wave
        n_bar += prod * d * np.pi / wave
        # reverse of: for n, d in zip(index, width)
        index_bar[i] = n_bar
        width_bar[i] = d_bar
        stack_bar = stack_bar_1
    return index_bar, width_bar
