def bisected_power(x, limit):
    steps = 0
    while (y := x * x) < limit:
        x = x + 0.5 * y
        steps += 1
    return y + steps * x

# --- grad(bisected_power, argnums="x"), tried at (0.9, 6.0)
def bisected_power_grad(x, limit):
    """Gradient of `bisected_power` with respect to x."""
    # forward
    y_tape = []
    x_tape = []
    steps = 0
    while True:
        x_tape.append(x)
        y = x * x
        y_tape.append(y)
        if y < limit:
            x = x + 0.5 * y
            steps += 1
        else:
            break
    y

    # reverse of: return y + steps * x
    x_bar = 1.0 * steps

    # reverse of: while (y := x * x) < limit
    y_bar = 1.0
    for y, x in zip(reversed(y_tape), reversed(x_tape)):
        if y < limit:
            # reverse of: x = x + 0.5 * y
            y_bar += 0.5 * x_bar
        x_bar += 2 * y_bar * x
        y_bar = 0.0
    return x_bar
