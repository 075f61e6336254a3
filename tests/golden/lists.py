import numpy as np


def energy_of_path(start, speed, steps):
    path = [start]
    for k in range(steps):
        path.append(path[-1] + speed * np.cos(path[-1]))
    total = 0.0
    for a, b in zip(path, path[1:]):
        total += (b - a) ** 2
    return total

# --- grad(energy_of_path, argnums=(0, 1)), tried at (0.3, 0.1, 5)
import numpy as np


def energy_of_path_grad(start, speed, steps):
    """Gradient of `energy_of_path` with respect to start, speed."""
    # forward
    path = [start]
    cos_tape = []
    path_m1_tape = []
    for _ in range(steps):
        path_m1 = path[-1]
        path_m1_tape.append(path_m1)
        cos = np.cos(path_m1)
        cos_tape.append(cos)
        path.append(path[-1] + speed * cos)
    path_part = path[1:]
    diff_tape = []
    for a, b in zip(path, path_part):
        diff_tape.append(b - a)

    # reverse of: for a, b in zip(path, path[1:])
    path_bar = [0.0] * len(path)
    t = [0.0] * len(path_part)
    total_bar = 1.0
    for i in reversed(range(len(path_part))):
        # reverse of: total += (b - a) ** 2
        diff = diff_tape.pop()
        b_bar = 2 * diff * total_bar
        a_bar = -b_bar
        # reverse of: for a, b in zip(path, path[1:])
        path_bar[i] = a_bar
        t[i] = b_bar
    path_bar[1:] = [a + b for a, b in zip(path_bar[1:], t)]

    # reverse of: for k in range(steps)
    speed_bar = 0.0
    for cos, path_m1 in zip(reversed(cos_tape), reversed(path_m1_tape)):
        # reverse of: path.append(path[-1] + speed * np.cos(path[-1]))
        item = path_bar.pop()
        speed_bar += item * cos
        path_bar[-1] -= item * speed * np.sin(path_m1)
        path_bar[-1] += item

    # reverse of: path = [start]
    start_bar = path_bar[0]
    return start_bar, speed_bar
