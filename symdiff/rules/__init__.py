"""The rule table: importing this package fills it."""

from symdiff.rules import (
    arithmetic,
    builtin,
    creation,
    data,
    elementwise,
    joins,
    linalg,
    norms,
    pairs,
    products,
    reductions,
    shapes,
    special,
    stats,
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
    "data",
    "elementwise",
    "environment",
    "find",
    "joins",
    "linalg",
    "norms",
    "pairs",
    "products",
    "reductions",
    "select",
    "shapes",
    "special",
    "stats",
    "structure",
]
