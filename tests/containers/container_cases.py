"""What the files of this folder consist of: functions and what they are tried at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]
CASES: list[Case] = []


@dataclass(frozen=True)
class Case:
    """A function, its arguments, and the code if it is refused."""

    function: Function
    args: tuple[Any, ...]
    code: str = ""


def case(*args: Any) -> Callable[[Function], Function]:
    """A function whose gradient in the first argument must be right."""

    def note(function: Function) -> Function:
        CASES.append(Case(function, args))
        return function

    return note


def refused(code: str, *args: Any) -> Callable[[Function], Function]:
    """A function that must be refused by name."""

    def note(function: Function) -> Function:
        CASES.append(Case(function, args, code))
        return function

    return note
