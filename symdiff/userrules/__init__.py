"""Rules that users declare for functions of their own, or of any library."""

from symdiff.userrules.declare import rule

__all__ = ["rule"]
