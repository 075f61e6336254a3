from dataclasses import dataclass

import numpy as np


@dataclass
class Layer:
    W: np.ndarray
    b: np.ndarray

    def __call__(self, x):
        return np.tanh(self.W @ x + self.b)


class Model:
    def __init__(self, sizes, scale=1.0):
        pairs = list(zip(sizes, sizes[1:]))
        self.layers = [Layer(np.cos(np.ones((m, n))), np.zeros(m)) for n, m in pairs]
        self.scale = scale
        self.name = "tanh"

    def loss(self, x, target):
        for layer in self.layers:
            x = layer(x)
        return np.sum((self.scale * x - target) ** 2)


def loss(model, x, target):
    return model.loss(x, target)


# --- grad(loss), tried at (Model([3, 5, 6]), np.cos(np.arange(3.0)), 0.5)
import dataclasses

import numpy as np


def like(x, /, **attributes):
    """Return an object of the class of x with these attributes."""
    out = object.__new__(type(x))
    for name, value in attributes.items():
        object.__setattr__(out, name, value)
    return out


def loss_grad(model, x, target):
    """Gradient of `loss` with respect to model."""
    # forward
    x_1 = np.tanh(model.layers[0].W @ x + model.layers[0].b)
    x_2 = np.tanh(model.layers[1].W @ x_1 + model.layers[1].b)

    # reverse of: return model.loss(x, target)
    diff = 2 * model.scale * x_2 - 2 * target
    scale_bar = diff @ x_2
    x_bar = diff * model.scale
    layers_1_b_bar = x_bar * (1 - x_2**2)
    layers_1_W_bar = np.outer(layers_1_b_bar, x_1)
    x_bar = model.layers[1].W.T @ layers_1_b_bar
    layers_0_b_bar = x_bar * (1 - x_1**2)
    layers_0_W_bar = np.outer(layers_0_b_bar, x)
    return like(
        model,
        layers=[
            dataclasses.replace(model.layers[0], W=layers_0_W_bar, b=layers_0_b_bar),
            dataclasses.replace(model.layers[1], W=layers_1_W_bar, b=layers_1_b_bar),
        ],
        scale=scale_bar,
        name=None,
    )
