"""Which stage of the compiler goes wrong first on a program.

The IR is executable, so that every stage has a value: the lowered function, the bare
adjoint, the adjoint after one more pass, and last the printed source.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from programs import function
from sample import Sample

from symdiff import frontend, stages
from symdiff.backend import emit, load
from symdiff.derived import GradFunction
from symdiff.errors import UnsupportedError
from symdiff.ir.check import check
from symdiff.ir.nodes import Program
from symdiff.ir.run import run
from symdiff.ir.text import dump, parse
from symdiff.options import Options
from symdiff.signature import abstract
from symdiff.transform.borders import choose, plain_layout

OPTIONAL = stages.OPTIONAL


def locate(sample: Sample) -> str:
    """The name of the first stage that is wrong, and how; empty if none is."""
    try:
        for stage, fault in faults(sample):
            if fault:
                return f"{stage}: {fault}"
    except UnsupportedError:
        pass
    return ""


def faults(sample: Sample) -> Iterator[tuple[str, str]]:
    """Each stage with its fault, in order."""
    program = sample.program
    names = function(program.source).__code__.co_varnames[: len(program.args)]
    types = abstract(dict(zip(names, program.args, strict=True)))
    lowered: list[Program] = []

    def lower() -> str:
        target = frontend.read_live(function(program.source))
        lowered.append(frontend.lower(target, types).program)
        check(lowered[0])
        if repr(parse(dump(lowered[0]))) != repr(_plain(lowered[0])):
            return "the text of the IR does not read back"
        value = run(lowered[0], *program.copies())
        return "" if np.isclose(value, sample.value) else f"value {value}"

    yield "lower", attempt(lower)
    if lowered:
        yield "adjoint", adjoint(sample, lowered[0], ())
        if adjoint(sample, lowered[0], OPTIONAL):
            for count in range(len(OPTIONAL)):
                some = OPTIONAL[: count + 1]
                yield f"with {', '.join(some)}", adjoint(sample, lowered[0], some)
        yield "source", attempt(lambda: _source(sample, lowered[0]))


def ablated(sample: Sample, share: int) -> tuple[frozenset[str], str]:
    """The passes that are left out for the seed of a sample, and the fault then.

    Each pass in its turn, and now and then all of them; the printed source is run.
    """
    choices = [*(frozenset({name}) for name in OPTIONAL), frozenset(OPTIONAL)]
    program = sample.program
    without = choices[program.seed // share % len(choices)]

    def compute() -> str:
        options = Options(argnums=program.argnums, value=True, without=without)
        derivative = GradFunction(function(program.source), options)
        return _compare(sample, *derivative(*program.copies()))

    return without, attempt(compute)


def adjoint(sample: Sample, primal: Program, passes: tuple[str, ...]) -> str:
    """The fault of the adjoint after some of the passes, run by the interpreter."""
    without = frozenset(OPTIONAL) - frozenset(passes)

    def compute() -> str:
        program = _differentiate(sample, primal, without)
        return _compare(sample, *run(program, *sample.program.copies()))

    return attempt(compute)


def attempt(stage: Callable[[], str]) -> str:
    """The fault that a stage reports or raises."""
    try:
        return stage()
    except UnsupportedError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _differentiate(sample: Sample, primal: Program, without: frozenset[str]) -> Program:
    options = Options(argnums=sample.program.argnums, value=True, without=without)
    main = primal.main
    chosen = choose(main, plain_layout(main), options.argnums)
    return stages.differentiate(primal, chosen, name="df", options=options)[0]


def _source(sample: Sample, primal: Program) -> str:
    program = _differentiate(sample, primal, frozenset())
    df = load(emit(program), "df")
    return _compare(sample, *df(*sample.program.copies()))


def _compare(sample: Sample, value: Any, gradients: Any) -> str:
    if not np.isclose(value, sample.value):
        return f"value {value}"
    scale = max(1.0, *(float(np.max(np.abs(g))) for g in sample.gradients))
    for a, b in zip(gradients, sample.gradients, strict=True):
        if not np.allclose(a, b, rtol=0, atol=1e-7 * scale):
            return f"{a}, not {b}"
    return ""


def _plain(program: Program) -> Program:
    """The program without what the text leaves out: the user's source and names."""
    bare = (dataclasses.replace(f, source=None, base="") for f in program.functions)
    return dataclasses.replace(program, functions=tuple(bare))
