"""The front-end: the text of a function → typed SSA. It never executes the user's code."""

from __future__ import annotations

from symdiff.frontend.lower import Lowered, lower
from symdiff.frontend.read import Target, read_live, read_text
from symdiff.frontend.session import Guard

__all__ = ["Guard", "Lowered", "Target", "lower", "read_live", "read_text"]
