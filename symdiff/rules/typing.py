"""Types of items: what other parts ask of inference by name."""

from __future__ import annotations

from symdiff.rules.infer.containers import item_type

__all__ = ["item_type"]
