"""The rule table: importing this package fills it."""

from symdiff.rules import (
    arithmetic,
    builtin,
    creation,
    elementwise,
    joins,
    linalg,
    pairs,
    products,
    reductions,
    shapes,
    special,
    structure,
)
from symdiff.rules.cases import NoCase, environment, select
from symdiff.rules.registry import RULES, Case, Rule, arguments, bind, find

__all__ = [
    "RULES",
    "Case",
    "NoCase",
    "Rule",
    "arguments",
    "arithmetic",
    "bind",
    "builtin",
    "creation",
    "elementwise",
    "environment",
    "find",
    "joins",
    "linalg",
    "pairs",
    "products",
    "reductions",
    "select",
    "shapes",
    "special",
    "structure",
]
