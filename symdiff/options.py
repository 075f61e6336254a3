"""What a user can choose about a compilation: one frozen record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Argnum = int | str
Argnums = Argnum | tuple[Argnum, ...]
Comments = Literal["origin", "none"]
Dialect = Literal["numpy"]
Transform = Literal[
    "grad",
    "elementwise",
    "jvp",
    "vjp",
    "hvp",
    "jacfwd",
    "jacrev",
    "jacobian",
    "hessian",
]


class Transformed:
    """What transforms have made of a function, for who meets it in another function.

    `root` is the function, `chain` are the transforms, innermost first.
    """

    root: Callable[..., Any]
    chain: tuple[Options, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """The choices; two equal records and equal texts give the same bytes.

    `argnums` names the parameters to differentiate by position or by name: one gives
    a bare gradient, a tuple gives a tuple. `without` names passes to leave out.
    `transform` is what is made of the function; `aux`: it returns `(value, more)`.
    `colours`: a Jacobian is sparse, with so many directions that stand for all.
    `comments` is "origin" (the user's own, and what each part reverses) or "none".
    """

    argnums: Argnums = 0
    value: bool = False
    comments: Comments = "origin"
    name: str | None = None
    dialect: Dialect = "numpy"
    without: frozenset[str] = frozenset()
    transform: Transform = "grad"
    aux: bool = False
    colours: int = 0
