"""What all regions of one function's reverse sweep share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from symdiff.analysis.builder import Names
from symdiff.analysis.findings import found_at
from symdiff.errors import Diagnostic, InternalError
from symdiff.ir.nodes import Atom, Function, Origin, Stmt, Var
from symdiff.transform.adjoint.store import Stores

if TYPE_CHECKING:
    from symdiff.transform.adjoint.checkpoint import Checkpoints

Key = tuple[str, tuple[bool, ...]]
"""A function, and which of its parameters it is differentiated by."""


@dataclass(frozen=True, slots=True)
class CallAdjoint:
    """How a call is reversed: `args` are the primal values that `function` takes.

    After them comes the cotangent of the call's result; it returns the cotangents of
    the arguments in `wrt`, in order. None stands for one that is not active here.
    """

    function: str
    args: tuple[Atom, ...]
    wrt: tuple[Var | None, ...]
    result: Var


def _no_function(name: str, mask: tuple[bool, ...]) -> str:
    raise InternalError(f"nothing derives {name} in {mask}")


def _unknown(name: str) -> Function:
    raise InternalError(f"nothing knows {name}")


def _nowhere(key: Key, base: str, make: Callable[[str], Function]) -> str:
    raise InternalError(f"nothing holds {base}")


@dataclass(slots=True)
class Sweep:
    """What all regions of one function's reverse sweep share.

    `definitions` maps a value to the statement that binds it; `counters` has the trip
    count of each counted loop by its mark, `backward` the adjoint of each call by the
    name of its result; `findings` collects what has no derivative, `edges` the
    tokens of the contexts that the reverse sweep is in, `partial` has the values that
    may be undefined, `checkpoints` the loops of which snapshots are stored, by their
    mark. In a `mixed` program
    values of unknown type may be complex. `derive(name, mask)` is the name of the
    adjoint of a function of the program that an operation calls, `define(key, name,
    make)` that of another function for it,
    `function(name)` one of the program.
    """

    fn: Function
    active: set[Var]
    names: Names
    definitions: dict[Var, Stmt]
    stores: Stores
    counters: dict[str, Var]
    backward: dict[str, CallAdjoint]
    mixed: bool = False
    derive: Callable[[str, tuple[bool, ...]], str] = _no_function
    define: Callable[[Key, str, Callable[[str], Function]], str] = _nowhere
    function: Callable[[str], Function] = _unknown
    edges: dict[Var, Var] = field(default_factory=dict)
    partial: set[Var] = field(default_factory=set)
    checkpoints: dict[str, Checkpoints] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    @property
    def pre_activation(self) -> str:
        """What the cotangent of `W @ h + b` in `tanh(W @ h + b)` is called."""
        taken = any(v.base == "z" for v in self.definitions)
        return "" if taken else "z_bar"

    def refuse(self, code: str, message: str, origin: Origin, help: str = "") -> None:
        """Note that something has no derivative; all notes are raised together."""
        self.findings.append(found_at(self.fn, code, message, origin, help))
