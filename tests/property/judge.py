"""Does symdiff give the right gradient of a program? A sample → a verdict."""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from programs import Program, function, limited
from reference import directions, dot, slope
from sample import Sample
from stages import ablated

import symdiff

TOLERANCE = 1e-7
SECONDS = 30
ABLATED = 4


@dataclass(frozen=True)
class Verdict:
    """`right`, `refused`, `unsure`, `wrong` or `crash`; `group` tells faults apart."""

    kind: str
    group: str = ""
    detail: str = ""

    @property
    def bad(self) -> bool:
        return self.kind in ("wrong", "crash")


def judge(sample: Sample) -> Verdict:
    """Compare symdiff's value and gradients with the reference.

    A third of the seeds asks for `value_and_grad`, a third for `grad`, and a third for
    `grad` with respect to one argument: they leave different code behind. One program
    in `ABLATED` is compiled once more, without some of the passes.
    """
    verdict = _judge(sample)
    if verdict.kind != "right" or sample.program.seed % ABLATED:
        return verdict
    without, fault = ablated(sample, ABLATED)
    if fault:
        return Verdict("wrong", f"without {' '.join(sorted(without))}", fault)
    return verdict


def _judge(sample: Sample) -> Verdict:
    program = sample.program
    transform, argnums = _question(program)
    args = program.copies()
    try:
        with limited(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            derivative = transform(function(program.source), argnums=argnums)
            found = derivative(*args)
    except symdiff.UnsupportedError as error:
        codes = sorted({d.code for d in error.diagnostics})
        return Verdict("refused", " ".join(codes), str(error))
    except (Exception, TimeoutError) as error:
        return Verdict("crash", _group(error), traceback.format_exc())
    value, gradients = found if program.seed % 3 == 0 else (sample.value, found)
    if isinstance(argnums, int):
        gradients, sample = (gradients,), _only(sample, argnums)
    verdict = _compare(sample, args, value, gradients)
    if verdict.bad:
        source = getattr(derivative, "source", "")
        return replace(verdict, detail=f"{verdict.detail}\n\n{source}")
    return verdict


def _question(program: Program) -> tuple[Callable[..., Any], int | tuple[int, ...]]:
    match program.seed % 3:
        case 0:
            return symdiff.value_and_grad, program.argnums
        case 1:
            return symdiff.grad, program.argnums
    return symdiff.grad, program.argnums[program.seed % len(program.argnums)]


def _only(sample: Sample, argnum: int) -> Sample:
    """The sample with respect to one argument."""
    at = sample.program.argnums.index(argnum)
    program = replace(sample.program, argnums=(argnum,))
    return replace(sample, program=program, gradients=(sample.gradients[at],))


def _group(error: BaseException) -> str:
    """Where a crash comes from: its type, and the innermost place in symdiff."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if "/symdiff/" in f.filename.replace("\\", "/")]
    where = ""
    if inside:
        last = inside[-1]
        where = f"{last.filename.split('/symdiff/')[-1]}:{last.name}"
    made = "generated code" if "symdiff" not in frames[-1].filename else ""
    found = re.search(r"# error: (.*)", str(error))
    words = found[1] if found else str(error).strip().split("\n")[0]
    words = re.sub(r"\b\w+_\d+|\d+|'\w+'", "_", words)[:60]
    return f"{type(error).__name__} {where} {made} {words}".replace("  ", " ")


def _compare(
    sample: Sample, args: tuple[Any, ...], value: Any, gradients: tuple[Any, ...]
) -> Verdict:
    program = sample.program
    for mine, given in zip(args, program.args, strict=True):
        if not np.array_equal(mine, given):
            return Verdict("wrong", "argument written", f"{given} became {mine}")
    if not np.isclose(value, sample.value, rtol=1e-9, atol=1e-10):
        return Verdict("wrong", "value", f"{value}, should be {sample.value}")
    if len(gradients) != len(program.argnums):
        return Verdict("wrong", "structure", f"{len(gradients)} gradients")
    for at, got in zip(program.argnums, gradients, strict=True):
        fault = _structure(program.args[at], got)
        if fault:
            return Verdict("wrong", "structure", f"argument {at}: {fault}")
    scale = max(1.0, *(float(np.max(np.abs(g))) for g in sample.gradients))
    pairs = list(zip(gradients, sample.gradients, strict=True))
    if all(np.allclose(a, b, rtol=0, atol=TOLERANCE * scale) for a, b in pairs):
        return Verdict("right")
    shown = "\n".join(f"got      {a}\nexpected {b}" for a, b in pairs)
    if not _smooth(program, sample.gradients):
        return Verdict("unsure", "", shown)
    return Verdict("wrong", "gradient", shown)


def _structure(given: Any, got: Any) -> str:
    if isinstance(given, float):
        return "" if isinstance(got, float) else f"a {type(got).__name__}, not a float"
    if not isinstance(got, np.ndarray):
        return f"a {type(got).__name__}, not an array"
    if got.shape != given.shape or got.dtype != given.dtype:
        return f"{got.dtype}{got.shape}, not {given.dtype}{given.shape}"
    return ""


def _smooth(program: Program, gradients: tuple[Any, ...]) -> bool:
    """Whether differences confirm the reference: no kink or jump is near."""
    for seed in (1, 2):
        way = directions(program, seed)
        right = dot(gradients, way)
        found, error = slope(program, way)
        if abs(found - right) > 1e-5 * max(1.0, abs(right)) + 10 * error:
            return False
    return True
