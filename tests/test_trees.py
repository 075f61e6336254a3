"""Containers and objects as arguments and results, against differences."""

from __future__ import annotations

import copy
import dataclasses
import enum
import functools
from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import symdiff
from symdiff.signature import raw
from symdiff.structures import leaves
from symdiff.testing import active, compare

rng = np.random.default_rng(0)


def differences(fun: Any, args: tuple[Any, ...], argnums: Any = None) -> Any:
    """The gradient by the arguments that hold floats; it agrees with differences."""
    keys = active(args) if argnums is None else argnums
    before = copy.deepcopy(args)
    value, found = symdiff.value_and_grad(fun, keys)(*args)
    np.testing.assert_allclose(value, fun(*copy.deepcopy(before)))
    wrong = [str(row) for row in compare(fun, found, before, keys) if not row.ok]
    assert not wrong, wrong
    for now, then in zip(args, before, strict=True):
        assert raw(now) == raw(then)
        np.testing.assert_equal([*leaves(now)], [*leaves(then)])
    return found


# ---- the forms


def network(params: Any, x: Any) -> Any:
    h = np.tanh(params["W1"] @ x + params["b1"])
    return np.sum((params["W2"] @ h + params["b2"]) ** 2)


def weights() -> dict[str, Any]:
    shapes = {"W1": (6, 5), "b1": (6,), "W2": (2, 6), "b2": (2,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def test_a_dict_gives_a_dict() -> None:
    (found, _) = differences(network, (weights(), rng.normal(size=5)))
    assert list(found) == ["W1", "b1", "W2", "b2"]
    assert [g.shape for g in found.values()] == [(6, 5), (6,), (2, 6), (2,)]


class State(NamedTuple):
    pos: Any
    vel: Any


def kick(state: State, k: float) -> State:
    return state._replace(vel=state.vel - 0.1 * k * state.pos)


def drift(state: State) -> State:
    return State(state.pos + 0.1 * state.vel, state.vel)


def energy(state: State, k: float, steps: int) -> Any:
    for _ in range(steps):
        state = drift(kick(state, k))
    return np.sum(state.vel**2) + k * np.sum(state.pos**2)


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_a_named_tuple_gives_a_named_tuple(steps: int) -> None:
    state = State(rng.normal(size=5), rng.normal(size=5))
    found = differences(energy, (state, 1.5, steps), (0, 1))
    assert type(found[0]) is State
    assert found[0].vel is not state.vel


@dataclass
class Rates:
    beta: float
    gamma: float = 0.1
    days: int = 12
    label: str = "base"
    breaks: list[Any] = field(default_factory=list)

    def contact(self, day: int) -> float:
        for start, stop, factor in self.breaks:
            if start <= day < stop:
                return float(self.beta * factor)
        return self.beta


def infected(rates: Rates, i: float) -> float:
    s, total = 1000.0 - i, i
    for day in range(rates.days):
        new = rates.contact(day) * s * i / 1000.0
        s -= new
        i += new - rates.gamma * i
        total += new
    return total


def test_a_dataclass_gives_a_dataclass() -> None:
    rates = Rates(0.4, breaks=[(3, 6, 0.4)])
    (found, _) = differences(infected, (rates, 5.0))
    assert type(found) is Rates
    assert found.days is None
    assert found.label is None
    assert found.breaks[0][2] != 0.0


@dataclass(frozen=True)
class Positive:
    """A gradient of it may be negative, which `__post_init__` would refuse."""

    scale: float
    offset: Any

    def __post_init__(self) -> None:
        if self.scale <= 0:
            raise ValueError("scale must be positive")


def test_no_code_of_the_class_runs_for_a_gradient() -> None:
    def f(p: Positive, x: float) -> Any:
        return np.sum(p.offset) * x - p.scale * x**2

    (found,) = differences(f, (Positive(2.0, rng.normal(size=3)), 1.5), (0,))
    assert found.scale < 0


class Oscillator:
    def __init__(self, mass: float, k: float) -> None:
        self.mass, self.k = mass, k
        self.name = "spring"
        self.calls = 0

    @property
    def omega(self) -> Any:
        return np.sqrt(self.k / self.mass)

    def force(self, x: float) -> float:
        self.calls += 1
        return -self.k * x

    def run(self, x: float, steps: int, dt: float = 0.1) -> Any:
        v = 0.0
        for _ in range(steps):
            v += dt * self.force(x) / self.mass
            x += dt * v
        return x * self.omega + self.calls


def test_an_object_gives_an_object_and_keeps_its_attributes() -> None:
    oscillator = Oscillator(1.5, 2.0)
    found = differences(Oscillator.run, (oscillator, 1.0, 8), (0, 1))[0]
    assert type(found) is Oscillator
    assert found.name is None
    assert oscillator.calls == 0


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a: float, b: Any) -> None:
        self.a, self.b = a, b


def test_slots_and_namespaces() -> None:
    def f(p: Slotted, q: Any) -> Any:
        return p.a * np.sum(p.b**2) * q.x

    found = differences(f, (Slotted(1.5, rng.normal(size=3)), SimpleNamespace(x=2.0)))
    assert type(found[0]) is Slotted
    assert type(found[1]) is SimpleNamespace


@dataclass
class Layer:
    W: Any
    b: Any

    def __call__(self, x: Any) -> Any:
        return np.tanh(self.W @ x + self.b)


class Model:
    def __init__(self, *sizes: int) -> None:
        pairs = pairwise(sizes)
        self.layers = [Layer(rng.normal(size=(m, n)), np.zeros(m)) for n, m in pairs]

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return np.sum(x**2)


@pytest.mark.parametrize("sizes", [(3, 5, 6), (5, 5, 5, 5), (2, 1)])
def test_a_list_of_layers(sizes: tuple[int, ...]) -> None:
    def f(model: Model, x: Any) -> Any:
        return model(x)

    found = differences(f, (Model(*sizes), rng.normal(size=sizes[0])))
    assert [type(layer) for layer in found[0].layers] == [Layer] * (len(sizes) - 1)


def test_nests_of_everything() -> None:
    def f(tree: Any) -> Any:
        (first, rest), third = tree
        total = first["a"] * rest[0].pos[1]
        for item in third["more"]:
            total = total + item["k"] * np.sum(item["v"])
        return total**2

    more = [{"k": 1.5, "v": rng.normal(size=4)}, {"k": -0.5, "v": rng.normal(size=2)}]
    tree = (({"a": 2.0}, [State(rng.normal(size=2), None)]), {"more": more, "n": None})
    (found,) = differences(f, (tree,))
    assert found[0][1][0].vel is None
    assert found[1]["n"] is None


# ---- what the function does with them


def test_stores_into_arguments_are_not_seen_by_the_caller() -> None:
    def f(state: Any, p: Rates, x: float) -> Any:
        for _ in range(3):
            state["v"] -= 0.1 * state["x"]
            state["x"] += 0.1 * state["v"]
            p.beta *= x
        state["a"][0] = p.beta
        a = state["a"]
        a *= 2.0
        state["new"] = state["x"] * np.sum(state["a"])
        return state["new"]

    state = {"x": 1.0, "v": 0.2, "a": rng.normal(size=3)}
    differences(f, (state, Rates(0.5), 1.1), (0, 1, 2))
    assert list(state) == ["x", "v", "a"]


def test_keys_that_are_computed_in_a_loop() -> None:
    def f(params: Any, x: Any) -> Any:
        for i in range(2):
            x = np.tanh(params[f"W{i}"] @ x + params["b" + str(i + 1)])
        return np.sum(x)

    names = [("W0", (4, 4)), ("W1", (4, 4)), ("b1", (4,)), ("b2", (4,))]
    params = {name: rng.normal(size=shape) for name, shape in names}
    differences(f, (params, rng.normal(size=4)))


def test_pairs_of_a_list_of_objects() -> None:
    @dataclass
    class Body:
        mass: float
        pos: Any

    def f(bodies: list[Body]) -> Any:
        total = 0.0
        for i in range(len(bodies)):
            for j in range(i + 1, len(bodies)):
                r = np.sqrt(np.sum((bodies[i].pos - bodies[j].pos) ** 2))
                total -= bodies[i].mass * bodies[j].mass / r
        return total

    differences(f, ([Body(m, rng.normal(size=3)) for m in (1.0, 2.0, 0.5)],))


def test_dicts_are_asked_for_keys_items_and_more() -> None:
    def f(params: Any, x: float) -> Any:
        total = sum(np.sum(p**2) for p in params.values())
        for name, value in params.items():
            if name.startswith("w") and "b" in params:
                total = total + np.sum(value) * x
        full = {**params, "extra": x}
        return total + full["extra"] * full.get("missing", 2.0) * len(params)

    differences(f, ({"w": rng.normal(size=3), "b": 0.5}, 1.5))


def test_objects_are_asked_what_they_have() -> None:
    def f(p: Any, x: float) -> Any:
        scale = getattr(p, "scale", 3.0)
        shift = p.shift if hasattr(p, "shift") else 0.0
        q = dataclasses.replace(p, beta=p.beta + x)
        return scale * q.beta**2 + shift + p.beta * isinstance(x, float)

    differences(f, (Rates(0.4), 1.5))


class Kind(enum.Enum):
    CALL = 1
    PUT = 2


@dataclass(frozen=True)
class Contract:
    kind: Kind
    strike: float

    def payoff(self, s: float) -> float:
        if self.kind is Kind.CALL:
            return max(s - self.strike, 0.0)
        return max(self.strike - s, 0.0)


@pytest.mark.parametrize("kind", Kind)
def test_members_of_an_enum(kind: Kind) -> None:
    def f(contract: Contract, s: float) -> float:
        return contract.payoff(s) * (2.0 if contract.kind == Kind.PUT else 1.0)

    for s in (90.0, 110.0):
        differences(f, (Contract(kind, 100.0), s))


# ---- functions as arguments


def affine(params: Any, x: float) -> float:
    return float(params["a"]) * x + params["b"]


def test_functions_are_compiled_in() -> None:
    def twice(f: Any, params: Any, x: float) -> Any:
        return f(params, f(params, x))

    params = {"a": 1.2, "b": 0.3}
    df = symdiff.grad(twice, 2)
    assert df(lambda p, x: p["a"] * x + p["b"], params, 2.0) == pytest.approx(1.44)
    assert df(lambda p, x: p["a"] * x * x, params, 1.0) == pytest.approx(6.912)


def test_partials_methods_and_library_functions() -> None:
    def use(f: Any, x: float) -> Any:
        return f(x) ** 2

    def line(w: float, x: float, b: float) -> float:
        return w * x + b

    differences(use, (functools.partial(line, 2.0, b=0.5), 1.5), (1,))
    differences(use, (Oscillator(1.5, 2.0).force, 1.5), (1,))
    differences(use, (np.tanh, 0.5), (1,))


# ---- ints, and what has no derivative


def test_an_int_is_real_only_where_it_is_used_as_such() -> None:
    def f(p: Any, x: float) -> Any:
        total = p["scale"] * x ** p["power"]
        for _ in range(p["n"]):
            total = total + p["start"]
        return total / p["scale"]

    p = {"scale": 2, "power": 3, "n": 4, "start": 1}
    found = symdiff.grad(f)(p, 1.5)
    assert found == {"scale": -1.0, "power": None, "n": None, "start": 2.0}
    assert type(found["start"]) is float


def test_a_container_without_a_number_is_refused() -> None:
    def f(p: Any, x: float) -> float:
        return x * len(p)

    with pytest.raises(symdiff.UsageError, match="`p` of `f` is without a number"):
        symdiff.grad(f)({"name": "a"}, 1.0)


# ---- variants and guards


def test_structure_and_kinds_choose_the_variant() -> None:
    def f(p: Any, x: float) -> Any:
        if p["mode"] == "square":
            return p["k"] * x**2
        return p["k"] * x

    df = symdiff.grad(f, "x")
    assert df({"k": 2.0, "mode": "square"}, 3.0) == 12.0
    assert df({"k": 2.0, "mode": "linear"}, 3.0) == 2.0
    assert df({"k": 5.0, "mode": "square", "more": None}, 3.0) == 30.0
    assert df({"k": np.ones(1)[0], "mode": "square"}, 3.0) == 6.0


def test_parts_that_share_storage_and_are_stored_into() -> None:
    def f(p: Any, q: Any) -> Any:
        p["x"] = p["x"] * 2.0
        p["a"][0] = 1.0
        return p["x"] * q["x"] + np.sum(p["a"] * q["a"])

    p = {"x": 2.0, "a": np.ones(3)}
    df = symdiff.grad(f)
    with pytest.raises(symdiff.UsageError, match="`p` and `q` share storage"):
        df(p, p)
    with pytest.raises(symdiff.UsageError, match=r'`p\["a"\]` and `q\["a"\]` share'):
        df(p, {**p})
    assert df(p, copy.deepcopy(p))["x"] == 4.0


def test_the_same_dict_twice_is_two_arguments() -> None:
    def f(p: Any, q: Any) -> Any:
        return p["x"] * q["x"] ** 2

    p = {"x": 3.0}
    assert symdiff.grad(f, (0, 1))(p, p) == ({"x": 9.0}, {"x": 18.0})


class Node:
    def __init__(self, value: float) -> None:
        self.value = value
        self.parent: Any = None
        self.child: Any = None


def test_an_object_may_lead_back_to_itself() -> None:
    def f(node: Node, x: float) -> float:
        return float(node.child.parent.value) * x + node.child.value

    root, leaf = Node(2.0), Node(3.0)
    root.child, leaf.parent = leaf, root
    assert symdiff.grad(f, "x")(root, 5.0) == 2.0


# ---- every transform


def cubic(params: Any) -> Any:
    return np.sum(params["w"] ** 3) * params["b"] ** 2


POINT = {"w": np.array([1.0, 2.0]), "b": 0.5}


def test_check_grads_takes_containers() -> None:
    symdiff.check_grads(cubic, (POINT,), order=2)
    symdiff.check_grads(energy, (State(rng.normal(size=3), np.ones(3)), 1.5, 3))
    symdiff.check_grads(Oscillator.run, (Oscillator(1.5, 2.0), 1.0, 3))


def test_hessian_of_a_dict() -> None:
    found = symdiff.hessian(cubic)(POINT)
    np.testing.assert_allclose(found["w"]["w"], np.diag([1.5, 3.0]))
    np.testing.assert_allclose(found["w"]["b"], [3.0, 12.0])
    np.testing.assert_allclose(found["b"]["b"], 18.0)
    along = symdiff.hvp(cubic)(POINT, {"w": np.ones(2), "b": 0.0})
    np.testing.assert_allclose(along["w"], [1.5, 3.0])


def test_jacobians_of_and_by_dicts() -> None:
    def f(p: Any) -> Any:
        return {"y": p["w"] * p["b"], "z": p["b"]}

    found = symdiff.jacfwd(f)(POINT)
    np.testing.assert_allclose(found["y"]["w"], 0.5 * np.eye(2))
    np.testing.assert_allclose(found["y"]["b"], [1.0, 2.0])
    assert found["z"]["b"] == 1.0
    rows = symdiff.jacrev(lambda p: p["w"] * p["b"])(POINT)
    np.testing.assert_allclose(rows["w"], 0.5 * np.eye(2))


def pair(params: Any, x: Any) -> Any:
    y = params["w"] * x
    return State(y, {"total": np.sum(y), "n": 2})


def test_results_that_are_containers() -> None:
    out, back = symdiff.vjp(pair, POINT, 3.0)
    assert type(out) is State
    bars = back(State(np.ones(2), {"total": 0.5, "n": None}))
    np.testing.assert_allclose(bars[0]["w"], [4.5, 4.5])
    assert bars[0]["b"] == 0.0
    np.testing.assert_allclose(bars[1], 4.5)
    value, dot = symdiff.jvp(pair, (POINT, 3.0), (None, 2.0))
    assert type(dot) is State
    np.testing.assert_allclose(dot.pos, [2.0, 4.0])
    assert value.vel["n"] == 2
    with pytest.raises(
        symdiff.UsageError, match="must have the structure of its value"
    ):
        back(np.ones(2))
    with pytest.raises(symdiff.UsageError, match="`w` of tangent 0 has shape"):
        symdiff.jvp(pair, (POINT, 3.0), ({"w": 1.0, "b": 1.0}, None))


def test_aux_may_be_a_container() -> None:
    def f(params: Any, x: float) -> Any:
        return np.sum(params["w"]) * x, {"scaled": params["w"] * 2, "kind": "sum"}

    found, more = symdiff.grad(f, has_aux=True)(POINT, 2.0)
    assert found["b"] == 0.0
    assert more["kind"] == "sum"
    (value, again), grads = symdiff.value_and_grad(f, has_aux=True)(POINT, 2.0)
    assert value == 6.0
    np.testing.assert_allclose(again["scaled"], more["scaled"])
    np.testing.assert_allclose(grads["w"], found["w"])


def test_an_object_that_the_function_makes() -> None:
    def step(rates: Rates, dt: float) -> Rates:
        return Rates(rates.beta * dt, rates.gamma + dt, 3, "next")

    out, dot = symdiff.jvp(step, (Rates(0.4), 0.5), (Rates(1.0, 0.0), None))
    assert out == Rates(0.2, 0.6, 3, "next")
    assert dot.beta == 0.5


# ---- parameters of every kind


def test_keyword_only_defaults_and_names() -> None:
    def f(x: float, *, opts: Any = {"k": 2.0}, more: Any = (1.0, {"a": 3.0})) -> Any:  # noqa: B006
        return x**2 * opts["k"] + more[0] * more[1]["a"]

    assert symdiff.grad(f, "opts")(3.0) == {"k": 9.0}
    assert symdiff.grad(f, ("more", "x"))(3.0, opts={"k": 1.0}) == (
        (3.0, {"a": 1.0}),
        6.0,
    )


def test_the_source_stands_alone() -> None:
    params = weights()
    x = rng.normal(size=5)
    df = symdiff.grad(network)
    want = df(params, x)
    space: dict[str, Any] = {}
    exec(df.source, space)
    found = space["network_grad"](params, x)
    for name, value in want.items():
        np.testing.assert_array_equal(found[name], value)
    assert 'params["W1"]' in df.source


# ---- what classes do with attributes


class Clipped:
    def __init__(self, value: float) -> None:
        self._value = value

    @property
    def value(self) -> float:
        return self._value

    @value.setter
    def value(self, new: float) -> None:
        self._value = 2.0 * max(new, 0.0)

    @functools.cached_property
    def square(self) -> float:
        return self._value**2


def test_setters_and_cached_properties() -> None:
    def f(p: Clipped, x: float) -> float:
        p.value = x * p._value
        return p.value + p.square + p.square

    differences(f, (Clipped(2.0), 3.0))


def test_attributes_that_a_class_guards() -> None:
    def f(p: Positive, x: float) -> float:
        p.scale = x  # type: ignore[misc]
        return p.scale * x

    with pytest.raises(symdiff.UnsupportedError, match="`Positive` is frozen"):
        symdiff.grad(f, "x")(Positive(1.0, None), 2.0)


# ---- from the text alone


TEXT = """
from dataclasses import dataclass
from typing import NamedTuple, TypedDict


class Options(TypedDict):
    rate: float
    steps: int


class Point(NamedTuple):
    x: float
    y: float


@dataclass
class Params:
    scale: float
    at: Point
    label: str = "a"

    def line(self, x):
        return self.scale * x + self.at.x


def loss(params: Params, options: Options, x: float):
    y = params.line(x)
    for _ in range(options["steps"]):
        y = y * options["rate"]
    return y + params.at.y
"""


def test_annotations_say_what_an_argument_is_made_of() -> None:
    from symdiff.options import Options
    from symdiff.pipeline import compile_text

    argnums = ("params", "options")
    made = compile_text(TEXT, "model.py", "loss", Options(argnums=argnums), {})
    assert "at=params.at._replace(x=" in made.source
    space: dict[str, Any] = {}
    exec(TEXT, space)
    exec(made.source, space)
    params = space["Params"](2.0, space["Point"](1.0, 0.5))
    found = space["loss_grad"](params, {"rate": 0.5, "steps": 2}, 1.5)
    assert found[0] == space["Params"](0.375, space["Point"](0.25, 1.0), None)
    assert found[1] == {"rate": 4.0, "steps": None}


# ---- loops over containers that are left early


@dataclass
class Bracket:
    limit: float
    rate: float


BRACKETS = [Bracket(1.0, 0.1), Bracket(2.0, 0.2), Bracket(3.0, 0.3)]


def returns(brackets: Any, x: float) -> float:
    for bracket in brackets:
        if x < bracket.limit:
            return float(bracket.rate) * x**2
    return x


def breaks(brackets: Any, x: float) -> float:
    total = before = 0.0
    for bracket in brackets:
        if x <= bracket.limit:
            total += (x - before) * bracket.rate
            break
        total += (bracket.limit - before) * bracket.rate
        before = bracket.limit
    else:
        total += (x - before) * 0.5
    return total * 2


def continues(brackets: Any, x: float) -> float:
    total = 0.0
    for i, bracket in enumerate(brackets):
        if bracket.limit < x:
            continue
        total += bracket.rate * x
        if i == 1 and x > 1.7:
            break
        total *= 2.0
    return total


def nested(brackets: Any, x: float) -> float:
    total = 0.0
    for k in range(4):
        for bracket in brackets:
            if bracket.limit * k > x:
                break
            if k == 3 and x > 2:
                return total * x
            total += bracket.rate * x * k
        else:
            total += 0.1 * x
        total *= 1.1
    return total


@pytest.mark.parametrize("fun", [returns, breaks, continues, nested])
@pytest.mark.parametrize("x", [0.5, 1.5, 1.8, 2.5, 3.5])
def test_a_loop_over_objects_may_be_left(fun: Any, x: float) -> None:
    differences(fun, (BRACKETS, x), (0, 1))


def test_the_else_of_a_loop_over_objects() -> None:
    def f(brackets: Any, x: float) -> float:
        for bracket in brackets:
            x = x * bracket.rate
        else:
            x = x + 1.0
        return x**2

    differences(f, (BRACKETS, 2.0))


def test_copies_are_of_their_own() -> None:
    def f(rates: Rates, state: Any, x: float) -> Any:
        other, deep = copy.copy(rates), copy.deepcopy(state)
        other.beta *= x
        deep["a"][0] = x
        deep["in"]["k"] *= x
        shallow = copy.copy(state)
        shallow["k"] = 0.0
        shallow["a"][1] = x
        a = copy.deepcopy(state["a"]) * x
        total = rates.beta * other.beta + state["k"] * deep["in"]["k"]
        return total + np.sum(state["a"] * deep["a"] * a) + state["in"]["k"]

    state = {"a": rng.normal(size=3), "k": 1.5, "in": {"k": 0.5}}
    differences(f, (Rates(0.4), state, 1.3))


class Vectors:
    def __init__(self) -> None:
        self.u, self.v = rng.normal(size=3), rng.normal(size=3)


@pytest.mark.parametrize("make", [Vectors, lambda: vars(Vectors())])
def test_gradients_own_their_storage(make: Any) -> None:
    def read(p: Any) -> Any:
        p = vars_of(p)
        return np.sum(p["u"] * p["v"])

    def vars_of(p: Any) -> Any:
        return p if isinstance(p, dict) else {"u": p.u, "v": p.v}

    p = make()
    found = symdiff.grad(read)(p)
    for gradient in vars_of(found).values():
        assert not any(np.shares_memory(gradient, a) for a in vars_of(p).values())


def test_a_cotangent_that_is_an_attribute_is_not_written_to() -> None:
    def f(p: Vectors, x: float) -> Any:
        q = copy.deepcopy(p)
        q.v[0] = x
        return np.sum(q.v * p.v)

    differences(f, (Vectors(), 2.0))
