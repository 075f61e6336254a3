import numpy as np


def clipped_walk(start, steps, limit):
    place, path = start, 0.0
    for step in (np.tanh(s) * place for s in steps if abs(s) < limit):
        if path > 10.0:
            break
        place = place + step
        path += step**2
    return path + place

# --- grad(clipped_walk, argnums=(0, 1)), tried at (0.6, np.array([0.3, -0.2, 2.5, 0.7]), 1.0)
import numpy as np


def clipped_walk_grad(start, steps, limit):
    """Gradient of `clipped_walk` with respect to start, steps."""
    # forward
    place, path = start, 0.0
    step_tape = []
    place_tape = []
    path_tape = []
    count = 0
    for s in steps:
        place_tape.append(place)
        path_tape.append(path)
        if abs(s) < limit:
            step = np.tanh(s) * place
            step_tape.append(step)
            if path > 10.0:
                stopped = True
            else:
                place = place + step
                path += step**2
                stopped = False
        else:
            stopped = False
        count = count + 1
        if stopped:
            break

    # reverse of: for step in (np.tanh(s) * place for s in steps if abs(s) < limit)
    steps_bar = np.zeros_like(steps)
    path_bar = 1.0
    place_bar = 1.0
    for k in reversed(range(count)):
        s = steps[k]
        path = path_tape.pop()
        place = place_tape.pop()
        if abs(s) < limit:
            # reverse of: if path > 10.0
            step = step_tape.pop()
            if path > 10.0:
                step_bar = 0.0
            else:
                # reverse of: path += step**2
                step_bar = 2 * step * path_bar
                # reverse of: place = place + step
                step_bar += place_bar
            # reverse of: for step in (np.tanh(s) * place for s in steps if abs(s) < limit)
            tanh_s = np.tanh(s)
            place_bar += step_bar * tanh_s
            s_bar = step_bar * place * (1 - tanh_s**2)
        else:
            s_bar = 0.0
        steps_bar[k] = s_bar

    # reverse of: place, path = start, 0.0
    start_bar = place_bar
    return start_bar, steps_bar
