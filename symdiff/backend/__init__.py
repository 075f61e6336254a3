"""The back-end: a program of the IR → readable Python source, and source → function."""

from symdiff.backend.load import load
from symdiff.backend.module import emit

__all__ = ["emit", "load"]
