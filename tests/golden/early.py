def root(a, x0=1.0):
    x = x0
    while True:
        step = (x**2 - a) / (2 * x)
        x = x - step
        if abs(step) < 1e-13:
            return x

# --- grad(root), tried at (2.0, 1.0)
def root_grad(a, x0=1.0):
    """Gradient of `root` with respect to a."""
    # forward
    x = x0
    step_tape = []
    x_tape = []
    while True:
        x_tape.append(x)
        step = (x**2 - a) / (2 * x)
        step_tape.append(step)
        x = x - step
        if abs(step) < 1e-13:
            break

    # reverse of: while True
    x_bar = 0.0
    result_bar = 1.0
    a_bar = 0.0
    for step, x in zip(reversed(step_tape), reversed(x_tape)):
        # reverse of: if abs(step) < 1e-13
        if abs(step) < 1e-13:
            x_bar_1 = x_bar + result_bar
        else:
            x_bar_1 = x_bar
        # reverse of: step = (x**2 - a) / (2 * x)
        x_bar = x_bar_1 * step / x
        a_bar += x_bar_1 / (2 * x)
        # reverse of: while True
        result_bar = 0.0
    return a_bar
