import numpy as np


def huber(r, delta):
    a = abs(r)
    if a <= delta:
        loss = 0.5 * r**2
    else:
        loss = delta * (a - 0.5 * delta)
    return loss

# --- grad(huber, argnums=(0, 1)), tried at (3.0, 1.5)
def huber_grad(r, delta):
    """Gradient of `huber` with respect to r, delta."""
    # forward
    a = abs(r)

    # reverse of: if a <= delta
    if a <= delta:
        # reverse of: loss = 0.5 * r**2
        r_bar = r
        # reverse of: if a <= delta
        delta_bar = 0.0
        a_bar = 0.0
    else:
        # reverse of: loss = delta * (a - 0.5 * delta)
        prod = 0.5 * delta
        a_bar = delta
        delta_bar = a - prod - prod
        # reverse of: if a <= delta
        r_bar = 0.0

    # reverse of: a = abs(r)
    r_bar += a_bar * ((r > 0) - (r < 0))
    return r_bar, delta_bar
