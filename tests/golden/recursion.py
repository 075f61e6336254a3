import numpy as np


def rule(f, a, b):
    return (b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b))


def adaptive(f, a, b, eps):
    """Simpson's rule, on halves of the interval where it is not yet good enough."""
    middle = (a + b) / 2
    whole = rule(f, a, b)
    halves = rule(f, a, middle) + rule(f, middle, b)
    if abs(halves - whole) < 15 * eps:
        return halves
    return adaptive(f, a, middle, eps / 2) + adaptive(f, middle, b, eps / 2)


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def area(rate):
    return adaptive(lambda t: np.exp(-rate * t * t), 0.0, 2.0, 1e-6)


def swing(x, n):
    def up(t, n):
        return t if n == 0 else down(t * x, n - 1)

    def down(t, n):
        return -t if n == 0 else up(t + x, n - 1)

    return up(x, n)

# --- grad(power), tried at (1.5, 4)
def power_fwd(x, n):
    """Forward sweep of `power`: its result, and what is saved of it."""
    test = n == 0
    if test:
        result = 1.0
        power_saved = None
        t = None
    else:
        t, power_saved = power_fwd(x, n - 1)
        result = x * t
    return result, (test, t, power_saved)


def power_bwd(x, saved, out_bar):
    """Adjoint of `power`: the cotangent of x."""
    test, t, power_saved = saved

    # reverse of: if n == 0
    if test:
        x_bar = 0.0
    else:
        # reverse of: return x * power(x, n - 1)
        x_bar = out_bar * t
        x_bar += power_bwd(x, power_saved, out_bar * x)
    return x_bar


def power_grad(x, n):
    """Gradient of `power` with respect to x."""
    # forward
    _, power_saved = power_fwd(x, n)
    x_bar = power_bwd(x, power_saved, 1.0)
    return x_bar

# --- grad(area), tried at (1.3,)
import numpy as np


def adaptive_fwd(a, b, eps, rate):
    """Forward sweep of `adaptive`: its result, and what is saved of it."""
    middle = (a + b) / 2
    exp = np.exp(-rate * a * a)
    ratio = (a + b) / 2
    exp_1 = np.exp(-rate * ratio * ratio)
    exp_2 = np.exp(-rate * b * b)
    whole = (b - a) / 6 * (exp + 4 * exp_1 + exp_2)
    ratio = (middle - a) / 6
    ratio_1 = (a + middle) / 2
    exp_3 = np.exp(-rate * ratio_1 * ratio_1)
    ratio_2 = (b - middle) / 6
    ratio_3 = (middle + b) / 2
    exp_4 = np.exp(-rate * ratio_3 * ratio_3)
    halves = ratio * (exp + 4 * exp_3 + exp_1) + ratio_2 * (exp_1 + 4 * exp_4 + exp_2)
    test = abs(halves - whole) < 15 * eps
    if test:
        result = halves
        adaptive_saved = None
        adaptive_saved_1 = None
    else:
        adaptive_fwd_out, adaptive_saved_1 = adaptive_fwd(a, middle, eps / 2, rate)
        adaptive_fwd_out_1, adaptive_saved = adaptive_fwd(middle, b, eps / 2, rate)
        result = adaptive_fwd_out + adaptive_fwd_out_1
    return (
        result,
        (
            test,
            middle,
            adaptive_saved,
            adaptive_saved_1,
            ratio_2,
            exp_2,
            exp_4,
            ratio_3,
            exp_1,
            ratio,
            exp_3,
            ratio_1,
            exp,
        ),
    )


def adaptive_bwd(a, b, saved, out_bar):
    """Adjoint of `adaptive`: the cotangent of rate."""
    (
        test,
        middle,
        adaptive_saved,
        adaptive_saved_1,
        ratio,
        exp,
        exp_1,
        ratio_1,
        exp_2,
        ratio_2,
        exp_3,
        ratio_3,
        exp_4,
    ) = saved

    # reverse of: if abs(halves - whole) < 15 * eps
    if test:
        halves_bar = out_bar
        rate_bar = 0.0
    else:
        # reverse of: return adaptive(f, a, middle, eps / 2) + adaptive(f, middle, b, eps / 2)
        rate_bar = adaptive_bwd(middle, b, adaptive_saved, out_bar)
        rate_bar += adaptive_bwd(a, middle, adaptive_saved_1, out_bar)
        # reverse of: if abs(halves - whole) < 15 * eps
        halves_bar = 0.0

    # reverse of: halves = rule(f, a, middle) + rule(f, middle, b)
    prod = halves_bar * ratio
    rate_bar -= prod * exp * b * b
    rate_bar -= 4 * prod * exp_1 * ratio_1 * ratio_1
    rate_bar -= prod * exp_2 * middle * middle
    prod = halves_bar * ratio_2
    rate_bar -= prod * exp_2 * middle * middle
    rate_bar -= 4 * prod * exp_3 * ratio_3 * ratio_3
    rate_bar -= prod * exp_4 * a * a
    return rate_bar


def area_grad(rate):
    """Gradient of `area` with respect to rate."""
    # forward
    _, adaptive_saved = adaptive_fwd(0.0, 2.0, 1e-06, rate)

    # reverse of: return adaptive(lambda t: np.exp(-rate * t * t), 0.0, 2.0, 1e-6)
    rate_bar = adaptive_bwd(0.0, 2.0, adaptive_saved, 1.0)
    return rate_bar

# --- grad(swing), tried at (0.4, 5)
def up_fwd(t, n, x):
    """Forward sweep of `up`: its result, and what is saved of it."""
    test = n == 0
    if test:
        up_saved = None
    else:
        prod = t * x
        if n - 1 == 0:
            t = -prod
            up_saved = None
        else:
            t, up_saved = up_fwd(prod + x, n - 1 - 1, x)
    return t, (test, up_saved)


def up_bwd(t, n, x, saved, out_bar):
    """Adjoint of `up`: the cotangents of t, x."""
    test, up_saved = saved

    # reverse of: return t if n == 0 else down(t * x, n - 1)
    if test:
        t_bar = out_bar
        x_bar = 0.0
    else:
        prod = t * x
        if n - 1 == 0:
            t_1 = -out_bar
            x_bar = 0.0
        else:
            t_1, x_bar = up_bwd(prod + x, n - 1 - 1, x, up_saved, out_bar)
            x_bar += t_1
        t_bar = t_1 * x
        x_bar += t_1 * t
    return t_bar, x_bar


def swing_grad(x, n):
    """Gradient of `swing` with respect to x."""
    # forward
    _, up_saved = up_fwd(x, n, x)

    # reverse of: return up(x, n)
    x_bar, up_x_bar = up_bwd(x, n, x, up_saved, 1.0)
    x_bar += up_x_bar
    return x_bar
