"""Values of which is known on what they depend: element by element, for all inputs.

`Value.deps` has a row for each element and a column for each number that is
differentiated by. It is an upper bound, valid for all inputs of the same shapes: what
is computed from a number that may be another one next time is not `known`, and then
nothing is decided by its `sample`, which is there for its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

Pattern = Any
"""A boolean CSR matrix."""


class Undetected(Exception):
    """Raised where no pattern can be found that is right for all inputs."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number, an array or a passive value, and what its elements depend on.

    `deps` is None where no element depends on anything.
    """

    sample: Any
    deps: Pattern | None = None
    known: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the sample."""
        return np.shape(self.sample)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.size(self.sample))


def known(sample: Any) -> Value:
    """A value that is the same for all inputs."""
    return Value(sample, None, True)


def is_container(value: Any) -> bool:
    """Whether values are inside: those of a tuple or a list are known one by one."""
    return isinstance(value, list | tuple)


def inside(value: Any) -> Iterator[Value]:
    """The values in a container, or the value itself."""
    todo = [value]
    while todo:
        head = todo.pop()
        if is_container(head):
            todo += reversed(head)
        else:
            yield head


def mapped(value: Any, f: Callable[[Value], Any]) -> Any:
    """Apply `f` to every value in a container."""
    if is_container(value):
        return type(value)(mapped(item, f) for item in value)
    return f(value)


def sample_of(value: Any) -> Any:
    """The plain value."""
    return mapped(value, lambda v: v.sample)


def is_known(value: Any) -> bool:
    """Whether a value is the same for all inputs."""
    return all(v.known for v in inside(value))


def wrapped(sample: Any, make: Callable[[Any], Value]) -> Any:
    """Values around the items of a plain container."""
    if is_container(sample):
        return type(sample)(wrapped(item, make) for item in sample)
    return make(sample)


def union(one: Pattern | None, other: Pattern | None) -> Pattern | None:
    """What one of two values depends on."""
    if one is None or other is None:
        return other if one is None else one
    return (one + other).astype(bool)


def rows(deps: Pattern, index: Any) -> Pattern:
    """The dependencies of elements that are taken from others; -1 for none."""
    index = np.asarray(index).ravel()
    place = np.flatnonzero(index >= 0)
    ones = np.ones(len(place), bool)
    shape = (len(index), deps.shape[0])
    return mapping(sparse.csr_matrix((ones, (place, index[place])), shape), deps)


def mapping(which: Pattern, deps: Pattern) -> Pattern:
    """The dependencies of sums: `which` says of which elements each is the sum."""
    return (which.astype(np.int64) @ deps.astype(np.int64)).astype(bool).tocsr()


def joined(one: Any, other: Any) -> Any:
    """A value that is one or the other."""
    if is_container(one) or is_container(other):
        if type(one) is not type(other) or len(one) != len(other):
            raise Undetected("a container whose length depends on the input")
        pairs = zip(one, other, strict=True)
        return type(one)(joined(a, b) for a, b in pairs)
    if one is other:
        return one
    if one.shape != other.shape:
        raise Undetected("an array whose shape depends on the input")
    deps = union(one.deps, other.deps)
    if one.known and other.known and _equal(one.sample, other.sample):
        return replace(one, deps=deps)
    return Value(one.sample, deps)


def _equal(a: Any, b: Any) -> bool:
    return bool(type(a) is type(b) and np.array_equal(a, b))
