"""The bodies of checkpointed loops → functions of the program, which can be run again.

for t in symdiff.checkpointed(range(n), 10):        u_1 = f_step(u, t, k)
    ...                                        →
    u_1 = ...

The state is what an iteration hands to the next one. What else the body reads of the
function around it becomes parameters. A loop that has been changed so is marked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Builder, Names
from symdiff.analysis.findings import found_at, prints_or_draws
from symdiff.analysis.renaming import renamed
from symdiff.errors import Diagnostic, UnsupportedError
from symdiff.ir.edit import reads
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Origin,
    Phi,
    Program,
    Return,
    Stmt,
    Var,
    While,
    atoms,
    bound,
    walk,
)

CHECKPOINTED = "symdiff.checkpointed"


def with_steps(program: Program) -> Program:
    """Make every body of a checkpointed loop a function of the program.

    Raises `UnsupportedError` for bodies that cannot be run a second time.
    """
    if not any(_is_marked(s) for f in program.functions for s in walk(f.body)):
        return program
    names = Names(f.name for f in program.functions)
    out: list[Function] = []
    findings: list[Diagnostic] = []
    for fn in program.functions:
        steps = _Steps(program, fn, names)
        steps.check_uses()
        body = steps.block(fn.body)
        out += [*steps.made, replace(fn, body=body)]
        findings += steps.findings
    if findings:
        raise UnsupportedError(tuple(dict.fromkeys(findings)))
    return replace(program, functions=tuple(out))


def _is_marked(stmt: Stmt) -> bool:
    return isinstance(stmt, Apply) and stmt.op == CHECKPOINTED


@dataclass(slots=True)
class _Steps:
    """The loops of one function; `made` are the functions that their bodies become."""

    program: Program
    fn: Function
    functions: Names
    made: list[Function] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    definitions: dict[Var, Stmt] = field(init=False)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        """Find what is defined where."""
        self.definitions = {v: s for s in walk(self.fn.body) for v in bound(s)}
        params = (p.name for p in self.fn.params)
        self.names = Names({*params, *(v.name for v in self.definitions)})

    def check_uses(self) -> None:
        """Refuse what else is done with a checkpointed range than to loop over it."""
        body = self.fn.body
        marked = {v for v, s in self.definitions.items() if _is_marked(s)}
        for stmt in walk(body):
            for atom in atoms(stmt):
                if atom in marked and not isinstance(stmt, For):
                    self._refuse(
                        "a checkpointed range is only looped over",
                        "write `for i in symdiff.checkpointed(range(n), ...)`",
                        stmt.origin,
                    )

    def block(self, body: Block) -> Block:
        """A block with its checkpointed loops, the inner ones first."""
        return tuple(map(self._stmt, body))

    def _stmt(self, stmt: Stmt) -> Stmt:
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(stmt, then=self.block(then), orelse=self.block(orelse))
            case While(head=head, body=body):
                return replace(stmt, head=self.block(head), body=self.block(body))
            case For(iterable=iterable, body=body):
                stmt = replace(stmt, body=self.block(body))
                made = self.definitions.get(iterable)  # type: ignore[arg-type]
                if made is None or not _is_marked(made) or not stmt.phis:
                    return stmt
                assert isinstance(made, Apply)
                why = self._obstacle(stmt, made)
                if why:
                    self._refuse(*why, stmt.origin)
                    return stmt
                return self._outlined(stmt)
        return stmt

    def _obstacle(self, loop: For, made: Apply) -> tuple[str, str] | None:
        """Why the body cannot be run again, and what to do about it."""
        over = self.definitions.get(made.args[0])  # type: ignore[arg-type]
        if not isinstance(over, Apply) or over.op != "builtins.range":
            return "a checkpointed loop runs over a `range`", (
                "write `for i in symdiff.checkpointed(range(len(xs)), ...)`"
            )
        most = made.args[1]
        if isinstance(most, Const) and most.value < 1:
            return "a checkpointed loop needs at least one snapshot", (
                "store at least the state before the loop: `snapshots=1`"
            )
        if loop.stop is not None:
            return "a checkpointed loop is left early", (
                "let it run to its end, or use a plain loop"
            )
        for phi in loop.phis:
            if phi.first == UNDEF:
                name = phi.out.base or phi.out.name
                return f"`{name}` has no value before the checkpointed loop", (
                    f"assign `{name}` before the loop"
                )
        if prints_or_draws(self._sofar, loop.body):
            return "a checkpointed loop prints or draws, and it runs again", (
                "let it compute its values only, or use a plain loop"
            )
        return None

    @property
    def _sofar(self) -> Program:
        """The program with the functions that inner loops have become."""
        return replace(self.program, functions=(*self.made, *self.program.functions))

    def _refuse(self, message: str, help: str, origin: Origin) -> None:
        self.findings.append(found_at(self.fn, "SD205", message, origin, help))

    def _outlined(self, loop: For) -> For:
        """The loop whose body is one call: of the state, the item, what else it reads.

        `heat_step(u, t, alpha)`
        """
        state = [phi.out for phi in loop.phis]
        ends: list[Atom] = [phi.second for phi in loop.phis]
        found = dict.fromkeys(reads(loop.body))
        found.update((a, None) for a in ends if isinstance(a, Var))
        inside = {v for s in walk(loop.body) for v in bound(s)}
        free = [v for v in found if v not in inside and v not in state]
        assert isinstance(loop.target, Var)
        free.sort(key=lambda v: v != loop.target)
        self.made.append(self._step(loop, state, free, ends))
        outs = tuple(
            Var(self.names.take(v.base), end.type, v.base, False)
            for v, end in zip(state, ends, strict=True)
        )
        name = self.made[-1].name
        call = Call(outs, name, (*state, *free), loop.origin)
        phis = tuple(
            Phi(phi.out, phi.first, out)
            for phi, out in zip(loop.phis, outs, strict=True)
        )
        return replace(loop, phis=phis, body=(call,), mark=CHECKPOINTED)

    def _step(
        self, loop: For, state: list[Var], free: list[Var], ends: list[Atom]
    ) -> Function:
        # What is returned belongs to the last statement, not to the loop.
        origin = loop.body[-1].origin if loop.body else loop.origin
        build = Builder(self.names, origin)
        result = ends[0] if len(ends) == 1 else build.apply("tuple", *ends)
        body = (*loop.body, *build.stmts, Return(result, origin))
        name = self.functions.take(f"{self.fn.shown}_step")
        doc = f"One iteration of the loop in `{self.fn.shown}`."
        params = (*state, *free)
        return renamed(Function(name, params, body, doc, source=self.fn.source))
