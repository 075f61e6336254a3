"""Templates for one matrix and for a stack of them, from one text.

`T(a)` is the transpose, `R(w)` a row and `C(w)` a column of numbers, `D(w)` a diagonal
matrix. For one matrix these are `a.T`, `w`, `w[:, None]` and `np.diag(w)`.
"""

from __future__ import annotations

import re

from symdiff.rules.declare import case
from symdiff.rules.registry import Case

ONE = {
    "T": r"\1.T",
    "R": r"\1",
    "C": r"\1[:, None]",
    "D": r"np.diag(\1)",
    "V": r"np.diagonal(\1)",
    "O": r"np.outer(\1, \2)",
}
MANY = {
    "T": r"np.swapaxes(\1, -1, -2)",
    "R": r"\1[..., None, :]",
    "C": r"\1[..., :, None]",
    "D": r"(\1[..., None] * np.eye(np.shape(\1)[-1]))",
    "V": r"np.diagonal(\1, axis1=-2, axis2=-1)",
    "O": r"(\1[..., :, None] * \2[..., None, :])",
}


def spelled(text: str, meanings: dict[str, str]) -> str:
    """Write out the marks of a template."""
    for mark, meaning in meanings.items():
        names = r"(\w+), (\w+)" if mark == "O" else r"(\w+)"
        text = re.sub(rf"\b{mark}\({names}\)", meaning, text)
    return text.strip()


def stacked(operand: str, dot: str, when: str = "", **adjoint: str) -> list[Case]:
    """The cases of a function of matrices: of one matrix, and of a stack."""
    cases = []
    for rank, meanings in ((f"{operand}.ndim == 2", ONE), ("", MANY)):
        texts = {name: spelled(text, meanings) for name, text in adjoint.items()}
        condition = " and ".join(filter(None, (rank, when)))
        cases.append(case(condition, spelled(dot, meanings), **texts))
    return cases
