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
    returned_tape = []
    x_tape = []
    returned = False
    while True:
        returned_tape.append(returned)
        x_tape.append(x)
        if not returned:
            step = (x**2 - a) / (2 * x)
            step_tape.append(step)
            x = x - step
            if abs(step) < 1e-13:
                returned = True
            else:
                returned = False
        if returned:
            break

    # reverse of: while True
    x_bar = 0.0
    result_bar = 1.0
    a_bar = 0.0
    for x, returned in zip(reversed(x_tape), reversed(returned_tape)):
        # reverse of: step = (x**2 - a) / (2 * x)
        if returned:
            x_bar = 0.0
        else:
            # reverse of: if abs(step) < 1e-13
            step = step_tape.pop()
            if abs(step) < 1e-13:
                x_bar_1 = x_bar + result_bar
                result_bar = 0.0
            else:
                x_bar_1 = x_bar
            # reverse of: step = (x**2 - a) / (2 * x)
            x_bar = x_bar_1 * step / x
            a_bar += x_bar_1 / (2 * x)
    return a_bar
