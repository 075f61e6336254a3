"""What a value that is not data is, in the words of a finding."""

from __future__ import annotations

from symdiff.frontend.values import (
    Bound,
    Choice,
    Closure,
    Conflict,
    Deque,
    Derived,
    Dict,
    Known,
    Listed,
    Method,
    Object,
    Partial,
    Pulled,
    UserClass,
    UserFunction,
    Value,
)


def describe(value: Value) -> str:
    """What a value that is not data is, in words."""
    match value:
        case Known(name=name):
            return f"`{name}`"
        case UserFunction(text=text) | Closure(text=text):
            return f"the function `{text.name}`"
        case Method(name=name):
            return f"the method `{name}`"
        case UserClass(text=cls):
            return f"the class `{cls.name}`"
        case Object(cls=cls):
            return f"an object of `{cls.name}`"
        case Bound(text=text):
            return f"the method `{text.name}`"
        case Partial(function=function) | Choice(first=function):
            return describe(function)
        case Dict() | Listed() | Deque():
            return "this dict" if isinstance(value, Dict) else "this list"
        case Conflict(what=what):
            return f"{what} that depends on a condition"
    return _made(value)


def _made(value: Value) -> str:
    match value:
        case Derived(function=function):
            return f"a derivative of {describe(function)}"
        case Pulled():
            return "what pulls cotangents back"
    return "a value"
