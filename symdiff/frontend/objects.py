"""Live objects that are compiled in: the values of static parameters."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from symdiff.frontend.library import dotted, is_constant, is_dtype, is_library
from symdiff.frontend.read import read_function
from symdiff.frontend.values import Known, Plain, UserFunction, Value
from symdiff.ir.nodes import Const


def static_value(value: Any, name: str) -> Value:
    """What a static parameter refers to."""
    if is_constant(value):
        return Plain(Const(value))
    if is_library(value) or is_dtype(value):
        return Known(value, dotted(value))
    if isinstance(value, FunctionType):
        return UserFunction(read_function(value))
    return Known(value, name)
