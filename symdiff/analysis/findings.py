"""What is found out about a program after it has been lowered, with its place."""

from __future__ import annotations

from symdiff.errors import Diagnostic
from symdiff.ir.nodes import Apply, Block, Call, Function, Origin, Program, walk
from symdiff.rules import registry

_ALLOWED = ("assert", "raise", "defined")


def found_at(
    fn: Function, code: str, message: str, origin: Origin, help: str = ""
) -> Diagnostic:
    """A finding about what stands at `origin` in the text of a function."""
    source = fn.source
    return Diagnostic(
        code=code,
        message=message,
        span=origin.spans[0] if origin.spans else None,
        help=help,
        filename=source.filename if source else "<unknown>",
        function=fn.shown,
        lines=tuple(source.text.splitlines()) if source else (),
    )


def runs_twice(fn: Function, callee: Function, origin: Origin) -> Diagnostic:
    """The finding that a function which has effects is checkpointed."""
    message = f"`{callee.shown}` is checkpointed and prints or draws"
    advice = "let it compute its values only, or leave it as it is"
    return found_at(fn, "SD205", message, origin, advice)


def prints_or_draws(program: Program, body: Block) -> bool:
    """Whether statements, or what they call, do more than compute or raise."""
    known = {f.name: f for f in program.functions}
    todo, seen = [body], set[str]()
    while todo:
        for stmt in walk(todo.pop()):
            if isinstance(stmt, Apply) and stmt.op not in _ALLOWED:
                entry = registry.find(stmt.op)
                if entry is None or entry.effect:
                    return True
            elif isinstance(stmt, Call) and stmt.function not in seen:
                seen.add(stmt.function)
                todo.append(known[stmt.function].body)
    return False
