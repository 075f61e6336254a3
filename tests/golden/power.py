def power(x: float, n: int) -> float:
    y = 1.0
    for _ in range(n):
        y = y * x
    return y

# --- grad(power, argnums="x"), tried at (1.5, 4)
def power_grad(x, n):
    """Gradient of `power` with respect to x."""
    # forward
    y = 1.0
    y_tape = []
    for _ in range(n):
        y_tape.append(y)
        y = y * x

    # reverse of: for _ in range(n)
    y_bar = 1.0
    x_bar = 0.0
    for y in reversed(y_tape):
        # reverse of: y = y * x
        y_bar_1 = y_bar * x
        x_bar += y_bar * y
        # reverse of: for _ in range(n)
        y_bar = y_bar_1
    return x_bar
