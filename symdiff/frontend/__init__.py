"""The front-end: a function's text → typed SSA. The user's code is never executed."""

from __future__ import annotations

from symdiff.frontend.lower import Lowered, lower
from symdiff.frontend.read import Target, read_live, read_text
from symdiff.frontend.session import Guard

__all__ = ["Guard", "Lowered", "Target", "lower", "read_live", "read_text"]
