"""Which functions of a program call themselves, directly or through others."""

from __future__ import annotations

from symdiff.analysis.activity import active
from symdiff.ir.nodes import Call, Program, Var, walk

Mask = tuple[bool, ...]


class Recursive:
    """The functions that call themselves: `names`; and what they are active in."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.calls = {
            f.name: tuple(s for s in walk(f.body) if isinstance(s, Call))
            for f in program.functions
        }
        self.names = frozenset(name for name in self.calls if self._reaches(name))
        self._wide: dict[tuple[str, Mask], Mask] = {}

    def _called(self, name: str) -> set[str]:
        return {call.function for call in self.calls[name]}

    def _reaches(self, name: str) -> bool:
        seen: set[str] = set()
        todo = list(self._called(name))
        while todo:
            head = todo.pop()
            if head not in seen:
                seen.add(head)
                todo += self._called(head)
        return name in seen

    def widened(self, name: str, mask: Mask) -> Mask:
        """The parameters that are active in a call or in the calls that follow from it.

        So one adjoint serves all calls: `f(x, 1.0, n)` calls `f(x, x * acc, n - 1)`.
        """
        if name not in self.names:
            return mask
        key = (name, mask)
        if key not in self._wide:
            self._wide[key] = self._widen(name, mask)
        return self._wide[key]

    def _widen(self, name: str, mask: Mask) -> Mask:
        """A worklist over the functions that a recursion runs through."""
        masks: dict[str, Mask] = {name: mask}
        todo = [name]
        while todo:
            head = todo.pop()
            fn = self.program.function(head)
            chosen = [p for p, on in zip(fn.params, masks[head], strict=True) if on]
            live = active(fn, chosen)
            for call in self.calls[head]:
                now = tuple(isinstance(a, Var) and a in live for a in call.args)
                old = masks.get(call.function, (False,) * len(now))
                new = tuple(a or b for a, b in zip(old, now, strict=True))
                if new != old:
                    masks[call.function] = new
                    todo.append(call.function)
        return masks[name]
