from collections import deque


def smoothed_energy(signal, width):
    window = deque(maxlen=width)
    smooth = []
    for x in signal:
        window.append(x)
        smooth.append(sum(window) / len(window))
    return sum(s * s for s in smooth)

# --- grad(smoothed_energy), tried at ([0.7, 0.3, 1.1, 0.2], 2)
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

    # reverse of: return sum(s * s for s in smooth)
    smooth_bar = [0.0] * len(smooth)
    for i in reversed(range(len(smooth))):
        s = smooth[i]
        s_bar = 2.0 * s
        smooth_bar[i] = s_bar

    # reverse of: for x in signal
    window_bar = [0.0] * len(window)
    signal_bar = [0.0] * len(signal)
    for i in reversed(range(len(signal))):
        # reverse of: smooth.append(sum(window) / len(window))
        item = smooth_bar.pop()
        window = window_tape.pop()
        window_bar = [a + item / len(window) for a in window_bar]
        # reverse of: window.append(x)
        test = test_tape.pop()
        if test:
            window_bar.insert(0, 0.0)
        item = window_bar.pop()
        x_bar = item
        # reverse of: for x in signal
        signal_bar[i] = x_bar
    return signal_bar
