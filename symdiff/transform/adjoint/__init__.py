"""Reverse mode, one construct a file: operations, branches, loops, stores, calls."""
