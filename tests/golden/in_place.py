def relax(x, rounds):
    y = np.zeros_like(x)
    work = np.empty_like(x)
    for _ in range(rounds):
        np.multiply(x, y, out=work)
        np.add(work, x, out=y)
        np.copyto(y, 1.0, where=y > 1.0)
    y.reshape(-1)[0] = x[1] ** 2
    y.sort()
    return np.sum(y * x)

# --- grad(relax), tried at (np.array([0.3, 0.9, 0.5]), 3)
import numpy as np


def relax_grad(x, rounds):
    """Gradient of `relax` with respect to x."""
    # forward
    y = np.zeros_like(x)
    mask_tape = []
    y_tape = []
    for _ in range(rounds):
        y_tape.append(y.copy())
        work = x * y
        y = work + x
        mask = y > 1.0
        mask_tape.append(mask)
        y[mask] = 1.0
    t = y.reshape(-1).copy()
    t[0] = x[1] ** 2
    y = t.reshape(y.shape)
    y_1 = np.sort(y)

    # reverse of: return np.sum(y * x)
    y_bar = x
    x_bar = y_1

    # reverse of: y.sort()
    y_bar = np.take_along_axis(y_bar, np.argsort(np.argsort(y, kind="stable")), -1)

    # reverse of: y.reshape(-1)[0] = x[1] ** 2
    y_bar_0 = y_bar[0]
    y_bar[0] = 0.0
    x_bar[1] += 2 * x[1] * y_bar_0

    # reverse of: for _ in range(rounds)
    for mask, y in zip(reversed(mask_tape), reversed(y_tape)):
        # reverse of: np.copyto(y, 1.0, where=y > 1.0)
        y_bar[mask] = 0.0
        # reverse of: np.add(work, x, out=y)
        work_bar = y_bar
        x_bar += y_bar
        # reverse of: np.multiply(x, y, out=work)
        x_bar += work_bar * y
        y_bar = work_bar * x
    return x_bar
