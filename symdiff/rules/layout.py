"""The cases of operations on axes, written from the constants of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symdiff.ir.nodes import Atom
from symdiff.ir.types import List, Scalar, Tuple, rank
from symdiff.rules.cases import NoCase
from symdiff.rules.infer.common import UNSET, constant_of
from symdiff.rules.infer.shapes import pad_widths
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]


def count_of(atom: Atom, op: str) -> int:
    """The number of items of a list or tuple; refused if it is not known."""
    match atom.type:
        case Tuple(items=items):
            return len(items)
        case List(length=int() as n):
            return n
    raise NoCase(f"{op} needs to know how many items its list has")


def transpose_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.transpose(a, axes)` by the inverse permutation."""
    axes = constant_of(kwargs.get("axes"))
    if not isinstance(axes, tuple):
        return Case(
            "",
            {"a": "np.transpose(out_bar, np.argsort(axes))"},
            "np.transpose(a_dot, axes)",
        )
    plain = [a % len(axes) for a in axes]
    inverse = tuple(plain.index(n) for n in range(len(plain)))
    return Case(
        "", {"a": f"np.transpose(out_bar, {inverse})"}, "np.transpose(a_dot, axes)"
    )


def place(axis: int, part: str) -> str:
    """The index text that takes `part` along one axis: `:, part` or `..., part, :`."""
    if axis >= 0:
        return ", ".join([":"] * axis + [part])
    return ", ".join(["...", part] + [":"] * (-axis - 1))


def diff_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.diff(a)`: each difference adds to its right element, takes from its left."""
    axis, n = constant_of(kwargs.get("axis"), -1), constant_of(kwargs.get("n"), 1)
    dot = "np.diff(a_dot, n=n, axis=axis)"
    if not isinstance(axis, int) or not isinstance(n, int) or n < 0:
        raise NoCase("numpy.diff needs a constant axis and order")
    if axis == -1 and rank(args[0].type) == 1:
        axis = 0
    ends = [name for name in ("prepend", "append") if name in kwargs]
    if ends:
        return _lengthened(axis, n, ends, kwargs)
    last, first = place(axis, "1:"), place(axis, ":-1")
    lines = ["g = out_bar"]
    for k in range(n - 1, 0, -1):
        lines += [
            f"wider = np.zeros_like(np.diff(a, n={k}, axis={axis}))",
            f"wider[{last}] += g",
            f"wider[{first}] += -g",
            "g = wider",
        ]
    lines += (
        [f"a_bar[{last}] += g", f"a_bar[{first}] += -g"] if n else ["a_bar[...] += g"]
    )
    return Case("", {"a": "\n".join([*lines, "a_bar"])}, dot)


# These modes fill the margins with elements of the array: `places` says which.
REPEATING = ("edge", "reflect", "symmetric", "wrap")
REPEATED = """
numbers = np.reshape(np.arange(np.size(array)), np.shape(array))
places = np.pad(numbers, pad_width, mode=mode)
np.reshape(np.add.at(np.ravel(array_bar), places, out_bar), np.shape(array))
""".strip()


def _lengthened(axis: int, n: int, ends: Sequence[str], kwargs: Kwargs) -> Case:
    """`np.diff(a, prepend=p, append=q)` of numbers: the first and last differences."""
    if n != 1 or any(not isinstance(kwargs[name].type, Scalar) for name in ends):
        raise NoCase("numpy.diff lengthens by numbers and takes differences once")
    last, first = place(axis, "1:"), place(axis, ":-1")
    match ends:
        case ["prepend"]:
            lines = ["a_bar[...] += out_bar", f"a_bar[{first}] += -out_bar[{last}]"]
        case ["append"]:
            lines = ["a_bar[...] += -out_bar", f"a_bar[{last}] += out_bar[{first}]"]
        case _:
            lines = [f"a_bar[...] += out_bar[{first}]"]
            lines += [f"a_bar[...] += -out_bar[{last}]"]
    adjoint = {
        "a": "\n".join([*lines, "a_bar"]),
        "prepend": f"-np.sum(out_bar[{place(axis, ':1')}])",
        "append": f"np.sum(out_bar[{place(axis, '-1:')}])",
    }
    tangents = "".join(f", {name}={name}_dot" for name in ends)
    dot = f"np.diff(a_dot, axis=axis{tangents})"
    return Case("", {"a": adjoint["a"], **{k: adjoint[k] for k in ends}}, dot)


def pad_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.pad(array, widths)`: the middle of `out_bar`."""
    size, mode = rank(args[0].type), constant_of(kwargs.get("mode"), "constant")
    if mode in REPEATING:
        return Case("", {"array": REPEATED}, "np.pad(array_dot, pad_width, mode=mode)")
    if mode != "constant":
        modes = ", ".join(("constant", *REPEATING))
        raise NoCase(f"numpy.pad has a derivative in these modes: {modes}")
    dot = "np.pad(array_dot, pad_width)"
    value = constant_of(args[1])
    if size is None:
        return Case("", {"array": "unpad(out_bar, array, pad_width)"}, dot)
    if value is UNSET and isinstance(args[1].type, Scalar):
        middle = [f"pad_width : pad_width + np.shape(array)[{n}]" for n in range(size)]
        return Case("", {"array": f"out_bar[{', '.join(middle)}]"}, dot)
    widths = pad_widths(value, size)
    if widths is None:
        return Case("", {"array": "unpad(out_bar, array, pad_width)"}, dot)
    parts = [f"{low or ''}:{-high if high else ''}" for low, high in widths]
    return Case(
        "", {"array": f"out_bar[{', '.join(parts)}]" if parts else "out_bar"}, dot
    )


def tile_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.tile(A, reps)`: the sum over the copies, which get axes of their own."""
    size = rank(args[0].type)
    reps = _repetitions(args[1])
    dot = "np.tile(A_dot, reps)"
    if size is None or reps is None:
        return Case("", {"A": "untile(out_bar, A, reps)"}, dot)
    rest = [f"np.shape(A)[{n}]" for n in range(size)]
    extra = max(0, len(reps) - size)
    counts = ["1"] * (size - len(reps)) + reps
    shape: list[str] = counts[:extra]
    axes = list(range(extra))
    for count, length in zip(counts[extra:], rest, strict=True):
        if count != "1":
            axes.append(len(shape))
            shape.append(count)
        shape.append(length)
    if not axes:
        return Case("", {"A": "out_bar"}, dot)
    split = f"np.reshape(out_bar, ({', '.join(shape)},))"
    return Case("", {"A": f"np.sum({split}, axis={_axes(axes)})"}, dot)


def _repetitions(atom: Atom) -> list[str] | None:
    value = constant_of(atom)
    if isinstance(value, int):
        return [str(value)]
    if isinstance(value, tuple):
        return [str(v) for v in value]
    match atom.type:
        case Scalar():
            return ["reps"]
        case Tuple(items=items):
            return [f"reps[{n}]" for n in range(len(items))]
    return None


def _axes(axes: Sequence[int]) -> Any:
    return axes[0] if len(axes) == 1 else tuple(axes)


def windows_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`sliding_window_view(x, shape)`: shift and add for each place in the window.

    for i, j in np.ndindex(window_shape):
        x_bar[i : i + n, j : j + m] += out_bar[:, :, i, j]
    """
    call = "np.lib.stride_tricks.sliding_window_view(x_dot, window_shape, axis=axis)"
    size = rank(args[0].type)
    axis = constant_of(kwargs.get("axis"))
    if size is None or axis is UNSET:
        return Case("", {"x": "add_windows(out_bar, x, window_shape, axis)"}, call)
    axes = tuple(range(size)) if axis is None else axis
    axes = tuple(a % size for a in (axes if isinstance(axes, tuple) else (axes,)))
    offsets = _letters("k", len(axes))
    counts = _letters("n", len(axes))
    lines = [f"{n} = np.shape(out_bar)[{a}]" for n, a in zip(counts, axes, strict=True)]
    inside = [":"] * size
    for a, k, n in zip(axes, offsets, counts, strict=True):
        inside[a] = f"{k} : {k} + {n}"
    outside = ", ".join([":"] * size + offsets)
    window = "window_shape"
    if isinstance(args[1].type, Scalar):
        head = f"for {offsets[0]} in range({window}):"
    elif len(axes) == 1:
        head = f"for {offsets[0]} in range({window}[0]):"
    else:
        head = f"for {', '.join(offsets)} in np.ndindex({window}):"
    body = f"    x_bar[{', '.join(inside)}] += out_bar[{outside}]"
    text = "\n".join([*lines, head, body, "x_bar"])
    return Case("", {"x": text}, call)


def _letters(first: str, n: int) -> list[str]:
    start = "klpqrstuvw" if first == "k" else "nmabcdefgh"
    return list(start[:n]) if n <= len(start) else [f"{first}{i}" for i in range(n)]


def take_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.take(a, indices, axis)` by an index of full slices and the indices."""
    axis = constant_of(kwargs.get("axis"))
    if not isinstance(axis, int) or "mode" in kwargs:
        raise NoCase("numpy.take needs a constant axis, which is 0 with a mode")
    parts = ["slice(None)"] * axis if axis >= 0 else ["..."]
    parts += ["indices"] + ["slice(None)"] * max(0, -axis - 1)
    text = f"np.add.at(a_bar, ({', '.join(parts)},), out_bar)"
    return Case("", {"a": text}, "np.take(a_dot, indices, axis=axis)")
