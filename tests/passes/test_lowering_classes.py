"""Classes: objects of the user's are taken apart, live ones are read."""

from __future__ import annotations

import numpy as np
import pytest
from lowering import HEADER, agree, checked, live

from symdiff.errors import UnsupportedError
from symdiff.frontend import lower, read_live, read_text
from symdiff.ir.run import run

A = np.arange(4.0) + 0.5

PROGRAMS = {
    "a plain class": (
        """
        class Spring:
            count = 2

            def __init__(self, k, damping=0.1):
                self.k = k
                self.damping = damping
                self.energy = 0.0

            @property
            def rate(self):
                return self.k * self.damping

            def force(self, x):
                self.energy += 0.5 * self.k * x**2
                return -self.k * x

        def f(x, k):
            s = Spring(k)
            v = 0.0
            for _ in range(3):
                v += 0.1 * s.force(x)
                x += 0.1 * v
            s.damping = v
            return s.energy + x * s.rate + Spring.count
        """,
        (0.3, 2.0),
    ),
    "a dataclass": (
        """
        from dataclasses import dataclass, field

        @dataclass
        class Lorenz:
            sigma: float
            rho: float = 28.0
            past: list = field(default_factory=list)

            def __post_init__(self):
                self.beta = self.rho / 10

            def rate(self, s):
                x, y, z = s
                return np.array([self.sigma * (y - x), x * (self.rho - z) - y,
                                 x * y - self.beta * z])

        def f(sigma, s):
            p = Lorenz(sigma)
            for _ in range(3):
                step = 0.01 * p.rate(s)
                p.past.append(np.sum(step**2))
                s += step
            return sum(p.past) + s[0]
        """,
        (10.0, A[:3]),
    ),
    "a list of layers": (
        """
        class Dense:
            def __init__(self, w, b, act=None):
                self.w = w
                self.b = b
                self.act = act

            def __call__(self, x):
                out = x @ self.w + self.b
                return out if self.act is None else self.act(out)

        class Chain:
            def __init__(self, *layers):
                self.layers = list(layers)

            def __call__(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x

        def f(params, x):
            layers = []
            for i, (w, b) in enumerate(params):
                act = np.tanh if i < len(params) - 1 else None
                layers.append(Dense(w, b, act))
            net = Chain(*layers)
            return np.sum(net(x)) + len(layers) + layers[-1].b[0]
        """,
        ([(np.ones((4, 3)), A[:3]), (np.ones((3, 2)), A[:2])], A),
    ),
    "named tuples": (
        """
        from collections import namedtuple
        from typing import NamedTuple

        Pair = namedtuple("Pair", "x v", defaults=[0.5])

        class State(NamedTuple):
            x: float
            v: float = 0.5

            def energy(self):
                return self.x**2 + self.v**2

        def step(s, dt):
            for _ in range(1):
                dt = dt * 1.0
            return State(s.x + dt * s.v, s.v - dt * s.x)

        def f(x, n):
            s = State(x)
            p = Pair(x=x)
            for i in range(n):
                s = step(s, 0.1)
                if i > 1:
                    s = s._replace(v=s.v * p.v)
                    p = Pair(p.v, p.x)
            a, b = s
            return s.energy() * a + b * p[0] + len(s) + s._asdict()["x"]
        """,
        (0.3, 4),
    ),
    "objects that are called and passed": (
        """
        class Dense:
            def __init__(self, w, act=None):
                self.w = w
                self.act = act

            def __call__(self, x):
                out = self.w * x
                return out if self.act is None else self.act(out)

        class Chain:
            def __init__(self, *layers):
                self.layers = layers

            def __call__(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x

        def apply(net, x):
            return net(x) + net.layers[0].w

        def f(x, w):
            net = Chain(Dense(w, np.tanh), Dense(2 * w))
            return apply(net, x)
        """,
        (0.3, 1.5),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "untyped"])
def test_value(name, typed):
    text, args = PROGRAMS[name]
    if typed or name != "a list of layers":
        agree(text, *args, typed=typed)


def test_the_same_from_the_text():
    text, args = PROGRAMS["a plain class"]
    source = HEADER + "\n".join(row[8:] for row in text.split("\n"))
    source = source.replace("    @property\n", "")
    source = source.replace("s.rate", "s.rate()")
    program = checked(lower(read_text(source, "model.py", "f"), {})).program
    assert run(program, *args) == live(text)(*args)


class Model:
    scale = 3.0

    def __init__(self):
        self.k = 2.0
        self.w = A

    @property
    def twice(self):
        return self.k * 2

    def __call__(self, x):
        return self.inner(x) * self.twice

    def inner(self, x):
        for _ in range(2):
            x = x * self.scale + np.sum(self.w)
        return x


model = Model()


def test_live_objects():
    def fun(x):
        return model(x) + model.inner(x) * model.k

    lowered = checked(lower(read_live(fun), {}))
    given = {name: get() for name, get in lowered.captures}
    assert run(lowered.program, 0.5, **given) == fun(0.5)
    model.k = 5.0
    try:
        assert not all(guard.holds() for guard in lowered.guards)
    finally:
        model.k = 2.0


def test_live_objects_are_not_written_to():
    def fun(x):
        model.k = x
        return model.k

    with pytest.raises(UnsupportedError, match="SD304"):
        lower(read_live(fun), {})


def test_bound_method():
    lowered = checked(lower(read_live(model.inner), {}))
    assert [p.name for p in lowered.program.main.params] == ["x", "self_w"]
