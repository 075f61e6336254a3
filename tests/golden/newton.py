def cube_root(a):
    x = a
    while abs(x**3 - a) > 1e-12 * a:
        x = x - (x**3 - a) / (3 * x**2)
    return x

# --- grad(cube_root), tried at (2.7,)
def cube_root_grad(a):
    """Gradient of `cube_root` with respect to a."""
    # forward
    x = a
    x_tape = []
    while abs(x**3 - a) > 1e-12 * a:
        x_tape.append(x)
        x = x - (x**3 - a) / (3 * x**2)

    # reverse of: while abs(x**3 - a) > 1e-12 * a
    x_bar = 1.0
    a_bar = 0.0
    for x in reversed(x_tape):
        # reverse of: x = x - (x**3 - a) / (3 * x**2)
        a_bar += x_bar / (3 * x**2)
        x3 = x**3
        x_bar = 2 * x_bar * (x3 - a) / (3 * x3)

    # reverse of: x = a
    a_bar += x_bar
    return a_bar
