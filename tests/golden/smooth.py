from collections import deque


def smoothed_energy(signal, width):
    window = deque(maxlen=width)
    smooth = []
    for x in signal:
        window.append(x)
        smooth.append(sum(window) / len(window))
    return sum(s * s for s in smooth)

# --- grad(smoothed_energy), tried at ([0.7, 0.3, 1.1, 0.2], 2)
def plus(x, y):
    """Add two gradients, item by item where they are lists or tuples."""
    if isinstance(x, (list, tuple)):
        return type(x)([plus(a, b) for a, b in zip(x, y, strict=True)])
    return x + y


def smoothed_energy_grad(signal, width):
    """Gradient of `smoothed_energy` with respect to signal."""
    # forward
    window = []
    smooth = []
    window_tape = []
    test_tape = []
    for x in signal:
        window = [*window, x]
        test = len(window) > width
        test_tape.append(test)
        if test:
            item = window.pop(0)
        window_tape.append(window)
        smooth.append(sum(window) / len(window))
    items = []
    for s in smooth:
        items.append(s * s)

    # reverse of: return sum(s * s for s in smooth)
    prod = [1.0] * len(items)
    smooth_bar = [0.0] * len(smooth)
    for i in reversed(range(len(smooth))):
        s = smooth[i]
        item = prod.pop()
        s_bar = 2 * item * s
        smooth_bar[i] = s_bar

    # reverse of: for x in signal
    window_bar = [0.0] * len(window)
    signal_bar = [0.0] * len(signal)
    for i in reversed(range(len(signal))):
        # reverse of: smooth.append(sum(window) / len(window))
        item = smooth_bar.pop()
        window = window_tape.pop()
        window_bar = plus(window_bar, [item / len(window)] * len(window))
        # reverse of: window.append(x)
        test = test_tape.pop()
        if test:
            window_bar.insert(0, 0.0)
        item = window_bar.pop()
        x_bar = item
        # reverse of: for x in signal
        signal_bar[i] = x_bar
    return signal_bar
