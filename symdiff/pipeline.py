"""From a function to the source of its gradient, or of any chain of transforms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symdiff import frontend
from symdiff.backend import emit
from symdiff.backend.bare import without_comments
from symdiff.ir.check import check
from symdiff.ir.nodes import Function, Program
from symdiff.ir.records import VALUE, Layout, Part, Tree
from symdiff.ir.text import dump
from symdiff.options import Options
from symdiff.orders import Chain, Snapshots, afresh, step
from symdiff.prepare import prepared
from symdiff.stages import differentiate, gradient_tree
from symdiff.transform.borders import choose
from symdiff.transform.pack import pack
from symdiff.transform.stops import without_stops


@dataclass(frozen=True, slots=True)
class Compiled:
    """A gradient's source, and what it was made from.

    `result` says how the result of what was differentiated makes up containers.
    `snapshots` are the entry's forms after each stage, made text when asked for.
    """

    name: str
    source: str
    primal: Program
    program: Program
    lowered: frontend.Lowered
    result: Tree = VALUE
    snapshots: Mapping[str, Function | Program] = field(
        default_factory=dict, repr=False
    )

    @property
    def stages(self) -> dict[str, str]:
        """The text of every stage, by its name."""
        return {name: dump(form) for name, form in self.snapshots.items()}

    @property
    def primal_ir(self) -> str:
        """The SSA form before differentiation, as text."""
        return dump(self.primal)

    @property
    def adjoint_ir(self) -> str:
        """The SSA form after differentiation, as text."""
        return dump(self.program)


def compile_text(
    text: str,
    filename: str,
    name: str | None,
    options: Options,
    types: Mapping[str, Part],
) -> Compiled:
    """Compile a function of a piece of text, without executing any of it."""
    return compile_target(frontend.read_text(text, filename, name), options, types)


def compile_live(
    fun: Callable[..., Any], options: Options, types: Mapping[str, Part]
) -> Compiled:
    """Compile a live function."""
    return compile_target(frontend.read_live(fun), options, types)


def compile_target(
    target: frontend.Target, options: Options, types: Mapping[str, Part]
) -> Compiled:
    """Compile a function that has been read."""
    lowered, primal, layout = prepared(target, (options.argnums,), types)
    chosen = choose(primal.main, layout, options.argnums)
    suffix = "value_and_grad" if options.value else "grad"
    name = options.name or f"{primal.main.name}_{suffix}"
    program, stages = differentiate(primal, chosen, name=name, options=options)
    tree = gradient_tree(layout, chosen, options)
    program = pack(program, {name: replace(layout, result=tree)})
    stages["final"] = program
    source = printed(program, options)
    return Compiled(name, source, primal, program, lowered, layout.result, stages)


def compile_chain(
    fun: Callable[..., Any], chain: Chain, types: Mapping[str, Part]
) -> Compiled:
    """Compile a chain of transforms of a live function."""
    if len(chain) == 1 and chain[0].transform == "grad":
        return compile_live(fun, chain[0], types)
    target = frontend.read_live(fun)
    every = tuple(options.argnums for options in chain)
    lowered, primal, layout = prepared(target, every, types)
    program, layouts = primal, {primal.main.name: layout}
    stages: Snapshots = {}
    for options in chain:
        layout = layouts[program.main.name]
        program, layouts, stages = step(afresh(program), layout, options)
    check(program)
    program = pack(program, layouts)
    stages["final"] = program
    source = printed(program, chain[-1])
    name, tree = program.main.name, layout.result
    return Compiled(name, source, primal, program, lowered, tree, stages)


Before = tuple[Program, Layout, frontend.Lowered]
"""A flat program, the layout of its entry, and what it was lowered to at first."""


def program_before(
    fun: Callable[..., Any], chain: Chain, types: Mapping[str, Part]
) -> Before:
    """What the last transform of a chain is applied to."""
    every = tuple(options.argnums for options in chain)
    lowered, program, layout = prepared(frontend.read_live(fun), every, types)
    for options in chain[:-1]:
        program, layouts, _ = step(afresh(program), layout, options)
        layout = layouts[program.main.name]
    return program, layout, lowered


def printed(program: Program, options: Options) -> str:
    """The source of a finished program."""
    source = emit(without_stops(program))
    return without_comments(source) if options.comments == "none" else source
