"""Sparse Jacobians and Hessians: what elements may differ from zero, and colours.

Only what asks for a sparse derivative loads this, and SciPy with it.
"""
