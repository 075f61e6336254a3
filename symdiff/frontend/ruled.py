"""Calls of functions that a user has declared a rule for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.frame import Frame, plain
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply
from symdiff.frontend.session import Capture
from symdiff.frontend.values import BAD, Bad, Known, Ref, Value
from symdiff.frontend.words import describe
from symdiff.rules.registry import Rule


def call_ruled(
    frame: Frame,
    entry: Rule,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """Call the function, or what its rule has in its place.

    y = f(x)      →      y, f_saved = f_fwd(x)
    """
    forward = entry.user.forward if entry.user is not None else ""
    if not forward:
        return apply(frame, entry.op, args, node, kwargs)
    if any(isinstance(v, Bad) for v in (*args, *kwargs.values())):
        return BAD
    atoms = [atom_of(frame, value, node) for value in args]
    named = {k: atom_of(frame, value, node) for k, value in kwargs.items()}
    base = f"{entry.op.rpartition('.')[2]}_saved"
    try:
        value, _ = frame.builder.bind(
            forward, atoms, named, ("", base), origin=frame.origin(node)
        )
    except TypeError as error:
        return frame.report("SD202", f"`{entry.op}` {error}", node)
    return plain(value)


def receiver_of(frame: Frame, receiver: Value, node: cst.Call) -> Value:
    """The object whose method has a rule: a live one, which is passed along."""
    if not isinstance(receiver, Known):
        what = describe(receiver)
        return frame.report("SD202", f"the rule of a method is called for {what}", node)
    found = receiver.object
    return Ref(frame.capture(Capture(receiver.name, lambda: found, found)))
