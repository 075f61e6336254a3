def activation(x, kind):
    match kind:
        case "relu":
            return x if x > 0 else 0.0
        case "softplus" | "log1pexp":
            y = np.log1p(np.exp(x))
        case ("leaky", slope):
            y = x if x > 0 else slope * x
        case other:
            raise ValueError(f"unknown kind {other}")
    return y * y

# --- grad(activation), tried at (0.7, "softplus")
import numpy as np


def activation_grad(x, kind):
    """Gradient of `activation` with respect to x."""
    # forward
    test = kind == "relu"
    if not test:
        if kind == "softplus" or kind == "log1pexp":
            t = np.exp(x)
            y = np.log1p(t)
        else:
            other = kind
            raise ValueError(f"unknown kind {other}")

    # reverse of: case "relu"
    if test:
        # reverse of: return x if x > 0 else 0.0
        x_bar = 1.0 if x > 0 else 0.0
    else:
        # reverse of: return y * y
        y_bar = 2 * y
        # reverse of: case "softplus" | "log1pexp"
        if kind == "softplus" or kind == "log1pexp":
            # reverse of: y = np.log1p(np.exp(x))
            x_bar = y_bar / (1 + t) * t
        else:
            x_bar = 0.0
    return x_bar
