"""The user's classes: what is known of them from the live object or from the text.

An object of such a class is taken apart: its attributes are names in a scope of their
own, and its methods are inlined, so that nothing of the class is left in the IR.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from types import FunctionType, MemberDescriptorType
from typing import Any, is_typeddict

import libcst as cst

from symdiff.frontend.constants import fold, literal
from symdiff.frontend.source import FunctionText, Global, Resolver, Text, function_text

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataclass; `default` is a value, a node, or a factory if `made`."""

    name: str
    default: Any = _MISSING
    made: bool = False

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is _MISSING


@dataclass(frozen=True, eq=False)
class ClassText:
    """A class: `live` is the class itself, `node` its text if it is only read."""

    name: str
    live: type | None = None
    node: cst.ClassDef | None = field(default=None, repr=False)
    text: Text | None = field(default=None, repr=False)
    resolver: Resolver | None = field(default=None, repr=False)

    def method(self, name: str) -> FunctionType | FunctionText | None:
        """The function that the class defines under a name."""
        if self.live is not None:
            found = class_attribute(self.live, name)
            return found if isinstance(found, FunctionType) else None
        return self._text_method(name, decorated="")

    def static(self, name: str) -> FunctionType | FunctionText | None:
        """The static method that the class has under a name."""
        return self._decorated(name, staticmethod, "__func__")

    def of_class(self, name: str) -> FunctionType | FunctionText | None:
        """The class method that the class has under a name."""
        return self._decorated(name, classmethod, "__func__")

    def getter(self, name: str) -> FunctionType | FunctionText | None:
        """The function behind a property of the class."""
        return self._decorated(name, property, "fget")

    def _decorated(
        self, name: str, kind: type, inside: str
    ) -> FunctionType | FunctionText | None:
        if self.live is None:
            return self._text_method(name, decorated=kind.__name__)
        found = class_attribute(self.live, name)
        inner = getattr(found, inside) if isinstance(found, kind) else None
        return inner if isinstance(inner, FunctionType) else None

    def _text_method(self, name: str, decorated: str) -> FunctionText | None:
        """The method of the class's text, undecorated or with one decorator."""
        wanted = [decorated] if decorated else []
        for node in self._body():
            if isinstance(node, cst.FunctionDef) and node.name.value == name:
                if [_last(d.decorator) for d in node.decorators] != wanted:
                    continue
                assert self.text is not None
                assert self.resolver is not None
                return function_text(node, self.text, self.resolver)
        return None

    def attribute(self, name: str) -> Global | None:
        """A plain attribute of the class itself."""
        if self.live is None:
            return self._text_attribute(name)
        cls = self.live
        found = class_attribute(cls, name)
        if found is _MISSING or hasattr(type(found), "__get__"):
            return None
        return Global(f"{self.name}_{name}", found, lambda: class_attribute(cls, name))

    def fields(self) -> list[Field] | None:
        """The fields of a dataclass in order; None if the class is none."""
        if self.live is not None:
            return _live_fields(self.live)
        fielded = self._is_dataclass() or self.named_tuple
        return self._text_fields() if fielded else None

    @property
    def key(self) -> Any:
        """What tells classes apart."""
        return self.live or self.node

    def annotations(self) -> dict[str, str]:
        """The annotations of the fields, as text."""
        if self.live is not None:
            own: dict[str, Any] = {}
            for base in reversed(self.live.__mro__):
                own |= vars(base).get("__annotations__", {})
            return {n: v if isinstance(v, str) else _spelled(v) for n, v in own.items()}
        assert self.text is not None
        noted = (n for n in self._body() if isinstance(n, cst.AnnAssign))
        return {
            node.target.value: self.text.slice(
                self.text.span(node.annotation.annotation)
            )
            for node in noted
            if isinstance(node.target, cst.Name)
        }

    @property
    def frozen(self) -> bool:
        """Whether the class is a dataclass whose objects do not change."""
        if self.live is not None:
            params = getattr(self.live, "__dataclass_params__", None)
            return bool(params is not None and params.frozen)
        assert self.node is not None
        heads = [d.decorator for d in self.node.decorators]
        args = [a for head in heads if isinstance(head, cst.Call) for a in head.args]
        named = {a.keyword.value: a.value for a in args if a.keyword is not None}
        value = named.get("frozen")
        return value is not None and fold(value, literal) is True

    @property
    def typed_dict(self) -> bool:
        """Whether the class only says what a dict has."""
        if self.live is not None:
            return is_typeddict(self.live)
        assert self.node is not None
        return [_last(base.value) for base in self.node.bases] == ["TypedDict"]

    @property
    def named_tuple(self) -> bool:
        """Whether objects of the class are tuples with names."""
        if self.live is not None:
            return issubclass(self.live, tuple) and hasattr(self.live, "_fields")
        assert self.node is not None
        return [_last(base.value) for base in self.node.bases] == ["NamedTuple"]

    def refused(self) -> str:
        """Why objects of the class cannot be taken apart; empty if they can."""
        if self.named_tuple:
            return ""
        if self.live is not None:
            return _live_refusal(self.live)
        assert self.node is not None
        if self.node.bases or self.node.keywords:
            return "it has a base class, which is not read from the text"
        decorated = len(self.node.decorators) > int(self._is_dataclass())
        return "it is decorated" if decorated else ""

    def setter(self, name: str) -> FunctionType | str | None:
        """What `x.name = …` runs, or why it is refused; None if it simply stores."""
        if self.frozen:
            return f"`{self.name}` is frozen"
        if self.method("__setattr__") is not None:
            return f"`{self.name}` defines `__setattr__`"
        if self.live is None:
            own = self.method(name) is not None
            return f"`{self.name}` defines it itself" if own else None
        found = class_attribute(self.live, name)
        if isinstance(found, property):
            if isinstance(found.fset, FunctionType):
                return found.fset
            return f"`{self.name}.{name}` has no setter"
        plain = found is _MISSING or isinstance(found, MemberDescriptorType)
        if not plain and hasattr(type(found), "__set__"):
            return f"`{self.name}.{name}` is a descriptor"
        return None

    # ---- from the text

    def _body(self) -> list[cst.CSTNode]:
        assert self.node is not None
        found: list[cst.CSTNode] = []
        for node in self.node.body.body:
            found += node.body if isinstance(node, cst.SimpleStatementLine) else [node]
        return found

    def _is_dataclass(self) -> bool:
        assert self.node is not None
        assert self.resolver is not None
        for decorator in self.node.decorators:
            head = decorator.decorator
            if _last(head.func if isinstance(head, cst.Call) else head) == "dataclass":
                return True
        return False

    def _text_attribute(self, name: str) -> Global | None:
        """The constant that the class's text assigns to a name."""
        for node in self._body():
            if isinstance(node, cst.Assign) and len(node.targets) == 1:
                target = node.targets[0].target
                if isinstance(target, cst.Name) and target.value == name:
                    value = fold(node.value, literal)
                    return Global(f"{self.name}_{name}", value)
        return None

    def _text_fields(self) -> list[Field]:
        found = []
        for node in self._body():
            if isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name):
                default = _MISSING if node.value is None else node.value
                found.append(Field(node.target.value, default))
        return found


def _spelled(annotation: Any) -> str:
    """An annotation that is no text, as one: a class by its name."""
    plain = isinstance(annotation, type) and not hasattr(annotation, "__args__")
    return annotation.__name__ if plain else str(annotation)


def _last(node: cst.CSTNode) -> str:
    """The last name of a dotted path."""
    name = node.attr if isinstance(node, cst.Attribute) else node
    return name.value if isinstance(name, cst.Name) else ""


def class_attribute(cls: type, name: str) -> Any:
    """What a class or its bases have under a name, without asking any descriptor."""
    for base in cls.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return _MISSING


def _live_fields(cls: type) -> list[Field] | None:
    names = getattr(cls, "_fields", None)
    if issubclass(cls, tuple) and names is not None:
        defaults = getattr(cls, "_field_defaults", {})
        return [Field(name, defaults.get(name, _MISSING)) for name in names]
    if not dataclasses.is_dataclass(cls):
        return None
    found = []
    for item in dataclasses.fields(cls):
        if item.default is not dataclasses.MISSING:
            found.append(Field(item.name, item.default))
        elif item.default_factory is not dataclasses.MISSING:
            found.append(Field(item.name, item.default_factory, True))
        else:
            found.append(Field(item.name))
    return found


_HOOKS = ("__new__", "__getattr__", "__getattribute__", "__setattr__", "__slots__")


def _live_refusal(cls: type) -> str:
    if type(cls) is not type:
        return "it has a metaclass"
    frozen = dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    for base in cls.__mro__[:-1]:
        for hook in _HOOKS:
            if hook in vars(base) and not (frozen and hook == "__setattr__"):
                return f"it defines `{hook}`"
    return ""
