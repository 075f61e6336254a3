"""Names that several steps give to the same thing."""

from __future__ import annotations


def power_word(named: str, exponent: int) -> str:
    """The name of a power of what is called `named`: `x3`, and `c1_3` for `c1`."""
    return f"{named}_{exponent}" if named[-1].isdigit() else f"{named}{exponent}"
