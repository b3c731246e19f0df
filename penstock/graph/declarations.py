"""How a record declares inputs, outputs and attributes; `spec` says in which notation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from penstock.core.dtypes import DType, as_dtype

__all__ = ["MISSING", "Arg", "Attr", "attr", "declare", "parse_arg"]


class _Missing:
    """The default of an attr that has none."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


@dataclass(frozen=True, slots=True)
class Arg:
    """A declared input or output: one tensor, or a list of them."""

    name: str
    dtype: DType | None = None
    type_attr: str | None = None
    number_attr: str | None = None
    type_list_attr: str | None = None
    is_ref: bool = False

    @property
    def is_list(self) -> bool:
        """Whether the argument stands for a list of tensors."""
        return self.number_attr is not None or self.type_list_attr is not None


@dataclass(frozen=True, slots=True)
class Attr:
    """A declared attribute; `kind` is TensorFlow's word ("type", "int", "list(shape)", …)."""

    name: str
    kind: str
    default: Any = MISSING
    allowed: frozenset[Any] | None = None
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class _Declaration:
    kind: str
    default: Any
    allowed: frozenset[Any] | None
    minimum: int | None


def attr(
    kind: str,
    default: Any = MISSING,
    *,
    allowed: Iterable[Any] | None = None,
    minimum: int | None = None,
) -> Any:
    """Declare an attr for which the short forms do not serve, such as ``attr("list(int)")``."""
    return _Declaration(kind, default, None if allowed is None else frozenset(allowed), minimum)


def declare(name: str, declared: Any) -> Attr:
    """Make an attr of what declares it in a record."""
    if isinstance(declared, _Declaration):
        return Attr(name, declared.kind, declared.default, declared.allowed, declared.minimum)
    if isinstance(declared, frozenset):
        return Attr(name, "type", allowed=declared)
    if isinstance(declared, tuple):
        return Attr(name, "string", allowed=frozenset(declared))
    for python_type, kind in (
        (bool, "bool"),
        (int, "int"),
        (float, "float"),
        (str, "string"),
        (DType, "type"),
    ):
        if isinstance(declared, python_type):
            return Attr(name, kind, declared)
    raise TypeError(f"attr {name!r} is declared by {declared!r}, which is no known form")


def parse_arg(text: str, attrs: Mapping[str, Attr]) -> Arg:
    """Make an argument of its declaration, such as ``"values: N * T"``."""
    name, _, kind = (part.strip() for part in text.partition(":"))
    is_ref = kind.startswith("Ref(")
    if is_ref:
        kind = kind[4:-1]
    number_attr = None
    if "*" in kind:
        number_attr, kind = (part.strip() for part in kind.split("*"))
    if kind not in attrs:
        return Arg(name, dtype=as_dtype(kind), number_attr=number_attr, is_ref=is_ref)
    if attrs[kind].kind == "list(type)":
        return Arg(name, type_list_attr=kind, is_ref=is_ref)
    return Arg(name, type_attr=kind, number_attr=number_attr, is_ref=is_ref)
