"""Where a compound statement's header ends: a finding shows no more of it."""

from __future__ import annotations

import libcst as cst

WORDS: dict[type[cst.CSTNode], str] = {
    cst.Try: "try",
    cst.TryStar: "try",
    cst.Else: "else",
}
"""Statements whose header is a word."""


def header_end(node: cst.CSTNode) -> cst.CSTNode:
    """The last part of a compound statement's header; of anything else, itself."""
    match node:
        case cst.If(test=test) | cst.While(test=test):
            return test
        case cst.For(iter=iterable) | cst.CompFor(iter=iterable):
            return iterable
        case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
            return name
        case cst.With(items=items):
            return items[-1]
        case cst.Match(subject=subject):
            return subject
        case cst.MatchCase(pattern=pattern, guard=guard):
            return pattern if guard is None else guard
    return node
