"""What says how to differentiate, and leaves the values as they are."""

from __future__ import annotations

from symdiff.ir.types import INT, List
from symdiff.rules.declare import constant, rule
from symdiff.rules.infer.elementwise import like_first

constant("symdiff.stop_gradient(x)", infer=like_first, view=["x"], cost="free")
rule(
    "symdiff.on_gradient(x, hook, *held)",
    x="out_bar",
    dot="same(x_dot)",
    infer=like_first,
    view=["x"],
    cost="free",
    note="the body of the `with` is put into the gradient",
)
constant("symdiff.checkpointed(steps, snapshots)", infer=like_first, cost="free")
constant(
    "snapshot_steps(start, stop, free)",
    infer=lambda args, kwargs: List(INT),
    cost="cheap",
)
