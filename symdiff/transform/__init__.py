"""Passes: a function of the IR in, a function of the IR out."""
