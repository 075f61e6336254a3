"""Gradients of NumPy functions, written out as readable NumPy source.

The public names are found on first use, so that `import symdiff` loads neither
the compiler nor the libraries that it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symdiff.api import grad as grad
    from symdiff.api import value_and_grad as value_and_grad
    from symdiff.checkpoints import checkpoint as checkpoint
    from symdiff.checkpoints import checkpointed as checkpointed
    from symdiff.errors import InternalError as InternalError
    from symdiff.errors import SourceError as SourceError
    from symdiff.errors import SymdiffError as SymdiffError
    from symdiff.errors import UnsupportedError as UnsupportedError
    from symdiff.errors import UsageError as UsageError
    from symdiff.implicit import fixed_point as fixed_point
    from symdiff.implicit import root as root
    from symdiff.insertion import on_gradient as on_gradient
    from symdiff.testing import check_grads as check_grads
    from symdiff.transforms import elementwise_grad as elementwise_grad
    from symdiff.transforms import hessian as hessian
    from symdiff.transforms import hvp as hvp
    from symdiff.transforms import jacfwd as jacfwd
    from symdiff.transforms import jacobian as jacobian
    from symdiff.transforms import jacrev as jacrev
    from symdiff.transforms import jvp as jvp
    from symdiff.transforms import stop_gradient as stop_gradient
    from symdiff.transforms import vjp as vjp
    from symdiff.userrules import rule as rule

__version__ = "0.1.0"

_HOME = {
    "grad": "symdiff.api",
    "rule": "symdiff.userrules",
    "value_and_grad": "symdiff.api",
    "check_grads": "symdiff.testing",
    "checkpoint": "symdiff.checkpoints",
    "checkpointed": "symdiff.checkpoints",
    "elementwise_grad": "symdiff.transforms",
    "fixed_point": "symdiff.implicit",
    "hessian": "symdiff.transforms",
    "hvp": "symdiff.transforms",
    "jacfwd": "symdiff.transforms",
    "jacobian": "symdiff.transforms",
    "jacrev": "symdiff.transforms",
    "jvp": "symdiff.transforms",
    "on_gradient": "symdiff.insertion",
    "root": "symdiff.implicit",
    "stop_gradient": "symdiff.transforms",
    "vjp": "symdiff.transforms",
    "InternalError": "symdiff.errors",
    "SourceError": "symdiff.errors",
    "SymdiffError": "symdiff.errors",
    "UnsupportedError": "symdiff.errors",
    "UsageError": "symdiff.errors",
}

__all__ = [
    "InternalError",
    "SourceError",
    "SymdiffError",
    "UnsupportedError",
    "UsageError",
    "__version__",
    "check_grads",
    "checkpoint",
    "checkpointed",
    "elementwise_grad",
    "fixed_point",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "on_gradient",
    "root",
    "rule",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name, and keep the name."""
    if name not in _HOME:
        raise AttributeError(f"module 'symdiff' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def load_ipython_extension(shell: Any) -> None:
    """Do what `%load_ext symdiff` asks for: add the `%%grad` cell."""
    import_module("symdiff.page.notebook").load(shell)


def __dir__() -> list[str]:
    """Show the public names before they have been imported."""
    return sorted({*globals(), *__all__})
