"""One run of a function and of its reverse, with all the numbers.

What is shown is checked: the gradient that the steps add up to must be the one that
the generated function returns for the same arguments.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdiff.derived import GradFunction
from symdiff.errors import InternalError, UsageError
from symdiff.explain.document import graph_of, static_document
from symdiff.explain.nodes import Graph
from symdiff.explain.record import Event, Recorder, Slot, varies
from symdiff.explain.reverse import Step, reverse
from symdiff.explain.steps import steps
from symdiff.explain.summary import Json, summary
from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import Program
from symdiff.ir.records import Absent, Branch, Leaf, Tree
from symdiff.transform.borders import choose

MOST_STEPS = 2000

_MASKED = (
    "what a mask has left out stays zero on the way back, also where it is multiplied "
    "by an infinite number or by nan"
)


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened: events in their order, then the steps of the way back.

    `arguments` has what the function was given, by parameter of the flat function, and
    `gradient` the cotangents of what is differentiated by, by parameter of the
    flat function; `difference` is the largest between them and what the generated
    function returns, relative to the largest number among them.
    """

    graph: Graph
    static: Json
    events: tuple[Event, ...]
    steps: tuple[Step, ...]
    value: Any
    arguments: dict[str, Any]
    gradient: dict[str, Any]
    difference: float

    def document(self, most: int = MOST_STEPS) -> Json:
        """The document with the steps of this run, at most that many of them.

        Of more the first and the last are kept, and a note says how many are not.
        """
        listed, values, total = steps(self.graph, self.events, self.steps, most)
        notes = list(self.static["notes"])
        if total > most:
            text = (
                f"{total - most} of {total} steps are left out, "
                f"from number {most - most // 2} on"
            )
            notes.append({"kind": "summarised", "node": None, "text": text})
        return {
            **self.static,
            "steps": listed,
            "values": values,
            "notes": notes,
            "value": summary(self.value),
            "arguments": [
                {"node": name, "value": summary(value)}
                for name, value in self.arguments.items()
            ],
            "gradient": [
                {
                    "param": self.graph.titles.get(name, name),
                    "node": name,
                    "value": summary(bar),
                }
                for name, bar in self.gradient.items()
            ],
            "check": {"largest_difference": self.difference},
        }


def trace(gradient: GradFunction[...], *args: Any, **kwargs: Any) -> Trace:
    """Run a gradient's function at these arguments and go back step by step.

    The function runs twice, the second time inside of the generated gradient. No
    argument is written to. Raises `UsageError` for what cannot be shown step by step:
    other transforms than `grad`, functions that are given functions.
    """
    options = gradient.chain[0]
    if len(gradient.chain) != 1 or options.transform != "grad" or options.aux:
        raise UsageError("a trace is of one `grad` or `value_and_grad`, without aux")
    bound = gradient.bind(args, kwargs)
    variant = gradient.specialize(*args, **kwargs)
    compiled = variant.compiled
    layout, program = compiled.lowered.layout, compiled.primal
    chosen = choose(program.main, layout, options.argnums)
    wrt = [program.main.params[n].name for n in chosen.leaves]
    types = {p.name: p.type for p in program.main.params}
    slots = {
        name: Slot(value, name in wrt and varies(value, types[name]))
        for name, value in _arguments(program, layout.params, bound, wrt)
    }
    slots |= {
        name: Slot(copy.deepcopy(value))
        for name, value in variant.captured().items()
        if name not in slots
    }
    arguments = {name: slots[name].value for name in types}
    recorder = Recorder(program)
    drawn = np.random.get_state()
    result = recorder.run(slots)
    np.random.set_state(drawn)
    given = variant.fn(*copy.deepcopy(bound))
    wanted = _leaves(chosen.tree, given[1] if options.value else given)
    back = _Back(tuple(recorder.events), result, {name: slots[name] for name in wrt})
    steps, found, difference, notes = back.checked(wanted)
    graph = graph_of(compiled, options.argnums)
    static = static_document(compiled, options.argnums, graph)
    static["notes"] = notes
    value = result.value
    return Trace(graph, static, back.events, steps, value, arguments, found, difference)


@dataclass(frozen=True, slots=True)
class _Back:
    """A run that can be gone back through more than once."""

    events: tuple[Event, ...]
    result: Slot
    wrt: dict[str, Slot]

    def checked(
        self, wanted: list[Any]
    ) -> tuple[tuple[Step, ...], dict[str, Any], float, list[Json]]:
        """The steps that lead to the gradient that is wanted, and notes on them."""
        steps, found = self._reverse(masked=False)
        difference = _difference(found, wanted)
        notes: list[Json] = []
        if difference > 1:
            steps, found = self._reverse(masked=True)
            difference = _difference(found, wanted)
            notes.append({"kind": "mask", "node": None, "text": _MASKED})
        if difference > 1:
            raise InternalError(
                "the steps of the trace give another gradient than the generated "
                "function (if the function does the same each time it is called)"
            )
        return steps, found, difference, notes

    def _reverse(self, *, masked: bool) -> tuple[tuple[Step, ...], dict[str, Any]]:
        for slot in (self.result, *self.wrt.values()):
            slot.bar = None
        for event in self.events:
            for slot in (*event.args, *event.outs):
                slot.bar = None
        steps = reverse(self.events, self.result, masked=masked)
        found = {name: _whole(slot) for name, slot in self.wrt.items()}
        return tuple(steps), found


def _arguments(
    program: Program,
    params: tuple[tuple[str, Tree], ...],
    bound: list[Any],
    wrt: list[str],
) -> Iterator[tuple[str, Any]]:
    """The parameters of the flat function: copies of the parts of the arguments."""
    for (_, tree), value in zip(params, bound, strict=True):
        for leaf, part in _pairs(tree, value):
            if leaf.name not in {p.name for p in program.main.params}:
                continue
            real = isinstance(part, int) and (leaf.whole or leaf.name in wrt)
            yield leaf.name, float(part) if real else copy.deepcopy(part)


def _pairs(tree: Tree, value: Any) -> Iterator[tuple[Leaf, Any]]:
    """The leaves of a structure with what is there in a value of that structure."""
    todo: list[tuple[Tree, Any]] = [(tree, value)]
    while todo:
        match todo.pop():
            case Leaf() as leaf, found:
                yield leaf, found
            case Branch(kind=kind, keys=keys, items=items), found:
                pairs = zip(keys, items, strict=True)
                todo += reversed(
                    [
                        (item, _part(kind, key, found))
                        for key, item in pairs
                        if not isinstance(item, Absent)
                    ]
                )


def _part(kind: str, key: Any, value: Any) -> Any:
    if kind in ("dict", "list", "tuple"):
        return value[key]
    if kind in ("named", "object"):
        return getattr(value, key) if isinstance(key, str) else value[key]
    raise UsageError(f"a trace does not take a {kind} as an argument apart")


def _leaves(tree: Tree, value: Any) -> list[Any]:
    return [part for _, part in _pairs(tree, value)]


def _whole(slot: Slot) -> Any:
    """The cotangent of a parameter, zeros if nothing has reached it."""
    return meaning("zeros")(slot.value) if slot.bar is None else slot.bar


def _difference(found: dict[str, Any], wanted: list[Any]) -> float:
    """The largest difference between two gradients, relative to the largest number.

    Infinite where they differ by more than rounding does.
    """
    worst = 0.0
    for one, other in zip(found.values(), wanted, strict=True):
        a, b = _flat(one), _flat(other)
        if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
            return np.inf
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
        error = float(np.max(np.abs(a - b), initial=0.0)) / scale
        if error > (1e-3 if _single(other) else 1e-7):
            return np.inf
        worst = max(worst, error)
    return worst


def _single(value: Any) -> bool:
    return getattr(value, "dtype", None) in (np.float32, np.complex64, np.float16)


def _flat(value: Any) -> np.ndarray[Any, Any]:
    """All numbers of a gradient in a row."""
    found: list[np.ndarray[Any, Any]] = []
    todo = [value]
    while todo:
        head = todo.pop()
        match head:
            case list() | tuple():
                todo += reversed(head)
            case dict():
                todo += [head[key] for key in reversed(sorted(head, key=repr))]
            case None:
                continue
            case _:
                found.append(np.asarray(head).reshape(-1))
    return np.concatenate(found) if found else np.zeros(0)
