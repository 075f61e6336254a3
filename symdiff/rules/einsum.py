"""The cases of einsum and tensordot, written from the constants of the call."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import rank
from symdiff.rules.cases import NoCase
from symdiff.rules.infer.common import constant_of
from symdiff.rules.infer.products import contracted
from symdiff.rules.registry import Case
from symdiff.rules.subscripts import Subscripts


def einsum_case(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """The contributions of an einsum: each is an einsum of `out_bar` and the others.

    np.einsum("ij,jk->ik", a, b)      →      a: np.einsum("ik,jk->ij", out_bar, b)
    """
    text = constant_of(args[0])
    found = Subscripts.parse(text) if isinstance(text, str) else None
    if found is None or len(found.inputs) != len(args) - 1:
        raise NoCase("numpy.einsum needs its subscripts as a constant string")
    names = [f"operands_{n + 1}" for n in range(len(found.inputs))]
    adjoint = {name: _contribution(found, names, n) for n, name in enumerate(names)}
    return Case(
        "", adjoint, " + ".join(_tangent(text, names, n) for n in range(len(names)))
    )


def _tangent(text: str, names: list[str], n: int) -> str:
    words = [f"{name}_dot" if i == n else name for i, name in enumerate(names)]
    return f"np.einsum({text!r}, {', '.join(words)})"


def _contribution(found: Subscripts, names: list[str], n: int) -> str:
    """The einsum that gives the cotangent of operand `n`.

    A letter that is repeated in the operand is a diagonal: the second one gets a letter
    of its own and a unit matrix ties them. A letter that is nowhere else was summed
    away: ones in the shape of the operand bring it back.
    """
    terms = list(found.inputs)
    words = list(names)
    own, ties = _distinct(found.inputs[n], found.spare)
    terms[n], words[n] = found.output, "out_bar"
    axes: dict[str, int] = {}
    for place, letter in enumerate(own.replace("...", "")):
        axes.setdefault(letter, place)
    for pair in ties:
        terms.append(pair)
        words.append(f"np.eye(np.shape({names[n]})[{axes[pair[0]]}])")
    seen = set("".join(terms).replace(".", ""))
    dots = "..." in own and not any("..." in t for t in terms)
    if dots or any(c not in seen for c in own.replace("...", "")):
        terms.append(own)
        words.append(f"np.ones_like({names[n]})")
    if "..." not in own and any("..." in t for t in terms):
        own = f"...{own}"  # einsum does not sum over an ellipsis: unbroadcast does
    call = f"np.einsum('{','.join(terms)}->{own}', {', '.join(words)})"
    return f"unbroadcast({call}, {names[n]})"


def _distinct(term: str, spare: str) -> tuple[str, list[str]]:
    letters = iter(spare)
    out: list[str] = []
    ties = []
    for c in term:
        if c != "." and c in out:
            other = next(letters)
            ties.append(c + other)
            c = other
        out.append(c)
    return "".join(out), ties


def tensordot_case(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """The contributions of a tensordot: `out_bar` against the other operand.

    The axes of the result are those of `a` that are left, then those of `b`.
    """
    rank_a, rank_b = rank(args[0].type), rank(args[1].type)
    axes = constant_of(kwargs.get("axes"), 2)
    if rank_a is None or rank_b is None:
        return ANY_RANK
    pair = contracted(axes, rank_a, rank_b)
    if pair is None:
        return ANY_RANK
    left = tuple(n for n in range(rank_a) if n not in pair[0])
    right = tuple(n for n in range(rank_b) if n not in pair[1])
    shared = len(left)
    # Of out_bar, the axes of `b`; of `b`, its free axes. What is left of `b` are the
    # contracted axes in their order in `b`, which belong to the partners in `a`.
    from_out = tuple(range(shared, shared + len(right)))
    a = f"np.tensordot(out_bar, b, ({from_out}, {right}))"
    order = [*left, *(i for _, i in sorted(zip(pair[1], pair[0], strict=True)))]
    b = f"np.tensordot(a, out_bar, ({left}, {tuple(range(shared))}))"
    other = [*(j for _, j in sorted(zip(pair[0], pair[1], strict=True))), *right]
    spelled = f"axes={axes}"
    dot = f"np.tensordot(a_dot, b, {spelled}) + np.tensordot(a, b_dot, {spelled})"
    return Case("", {"a": _ordered(a, order), "b": _ordered(b, other)}, dot)


ANY_RANK = Case(
    "",
    {
        "a": "left_of_tensordot(out_bar, a, b, axes)",
        "b": "right_of_tensordot(out_bar, a, b, axes)",
    },
    "np.tensordot(a_dot, b, axes=axes) + np.tensordot(a, b_dot, axes=axes)",
)


def _ordered(text: str, order: list[int]) -> str:
    """Put axis `n` of an expression where `order[n]` says."""
    if order == sorted(order):
        return text
    inverse = tuple(order.index(n) for n in range(len(order)))
    return f"np.transpose({text}, {inverse})"
