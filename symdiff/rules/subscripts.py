"""The subscripts of `np.einsum`, read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subscripts:
    """One term of letters for each operand, and the letters of the result."""

    inputs: tuple[str, ...]
    output: str

    @classmethod
    def parse(cls, text: str) -> Subscripts | None:
        """Read `ij,jk->ik`, or `ij,jk` with the result's letters implied."""
        left, arrow, right = text.replace(" ", "").partition("->")
        inputs = tuple(left.split(","))
        letters = left.replace(",", "").replace("...", "")
        if not all(c.isalpha() for c in letters + right.replace("...", "")):
            return None
        if arrow:
            return cls(inputs, right)
        dots = "..." if "..." in left else ""
        once = sorted(c for c in set(letters) if letters.count(c) == 1)
        return cls(inputs, dots + "".join(once))

    @property
    def spare(self) -> str:
        """Letters that are not in use."""
        used = set("".join(self.inputs) + self.output)
        alphabet = "ijklmnopqrstuvwxyzabcdefghABCDEFGHIJKLMNOPQRSTUVWXYZ"
        return "".join(c for c in alphabet if c not in used)
