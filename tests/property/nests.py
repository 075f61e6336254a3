"""Random lists of lists, iterators, walrus and objects, each used where it is made."""

from __future__ import annotations

from expressions import condition, scalar, vector
from scope import Scope, Value
from statements import new_name, target

CELL = """
class Cell:
    def __init__(self, size, load):
        self.size = size
        self.load = load

    @property
    def area(self):
        return self.size * self.size

    def grow(self, by):
        self.size = np.tanh(self.size) + 0.5 * by
        return self.area * self.load
"""


def _number(s: Scope, *rows: str, text: str) -> list[str]:
    """Rows, and a number bound to what they are for."""
    name = target(s, ())
    s.names[name] = Value()
    return [*rows, f"{name} = {text}"]


def _of_item(s: Scope, *names: str) -> str:
    """A number that depends on the names that an iteration or a lambda binds."""
    inner = s.inner()
    inner.names.update({name: Value() for name in names})
    return f"{scalar(inner, 1)} * {names[-1]}"


def walrus(s: Scope) -> list[str]:
    """`(q := e)` in a condition, in an expression, in a comprehension."""
    name, kept = new_name(s), target(s, ())
    text = scalar(s, 1)
    s.names[kept] = Value()
    if s.chance(0.4):
        s.names[name] = Value()
        return [f"{kept} = np.cos({name} := {text}) + 0.5 * {name}"]
    rows = [f"if ({name} := {text}) < 0.4:", f"    {kept} = 0.5 * {name}"]
    return [*rows, "else:", f"    {kept} = np.sin({name})"]


def nest(s: Scope) -> list[str]:
    """A list of lists that grows and is stored to at both levels."""
    a, b, c = (scalar(s, 0) for _ in range(3))
    name = new_name(s)
    rows = [f"{name} = [[{a}, {b}], [{scalar(s, 1)}]]"]
    more = [
        [f"{name}[1].append({c})"],
        [f"{name}.append([{c}, {name}[0][0] * 0.5])"],
        [f"{name}[0][1] = np.sin({c})"],
        [f"{name}[0] = [{name}[1][0], {c}]"],
        [f"for line in {name}:", f"    line.append(line[0] * {c})"],
    ]
    if s.has("wild"):
        # Two lists of the same rows: what is stored through one is in the other.
        other = f"{name}_copy"
        made = s.pick([f"list({name})", f"{name}[:]", f"{name} + []"])
        rows.append(f"{other} = {made}")
        more += [[f"{other}[0][1] = {c}"], [f"{other}[1].append({c})"]]
    for step in s.rng.sample(more, s.rng.randint(1, 3)):
        rows += step
    uses = [
        f"sum(sum(row) for row in {name})",
        f"sum([item * row[0] for row in {name} for item in row])",
        f"{name}[-1][-1] + {name}[0][0]",
        f"sum(0.3 * k * row[-1] for k, row in enumerate({name}))",
    ]
    return _number(s, *rows, text=s.pick(uses))


def picking(s: Scope) -> list[str]:
    """What `itertools` and `reduce` make of a vector."""
    v = vector(s, s.m, 1)
    pair, one = _of_item(s, "a", "b"), _of_item(s, "item")
    texts = [
        f"sum({pair} for a, b in itertools.pairwise({v}))",
        f"sum([{pair} for a, b in itertools.combinations({v}, 2)])",
        f"sum({pair} for a, b in itertools.product({v}, [0.5, {scalar(s, 0)}]))",
        f"sum([{one} for item in itertools.accumulate({v})])",
        f"functools.reduce(lambda a, b: 0.5 * a + np.sin({pair}), {v}, {scalar(s, 0)})",
        f"max([np.sin({one}) for item in {v}])",
        f"sum(sorted([{one} for item in {v}])[:2])",
        f"sum(map(lambda item: {one}, {v}))",
    ]
    return _number(s, text=s.pick(texts))


def objects(s: Scope) -> list[str]:
    """An object whose method changes it, perhaps on one path only."""
    name = new_name(s)
    a, b, by = scalar(s, 1), scalar(s, 0), scalar(s, 0)
    rows = [f"{name} = Cell({a}, {b})"]
    call = f"{name}.load = {name}.grow({by})"
    match s.rng.randrange(3):
        case 0:
            rows += [f"if {condition(s)}:", f"    {call}"]
        case 1:
            rows += [f"for turn in range({s.rng.randrange(3)}):", f"    {call}"]
        case 2:
            rows.append(f"{name}.size *= {scalar(s, 0)}")
    return _number(s, *rows, text=f"np.tanh({name}.grow(0.3)) + {name}.area * 0.1")
