"""The fields of messages: what kind of value each holds, how it is checked, and what it does."""

from __future__ import annotations

import numbers
import operator
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, Final, Self, SupportsIndex

__all__ = ["Enum", "Field", "Map", "MessageBase", "Repeated", "accepted", "acted_on"]


class MessageBase:
    """What a field may hold as a message: see `messages.Message`."""

    _values: dict[str, Any]

    def CopyFrom(self, other_msg: Any) -> None:
        """Becomes equal to another message of the same class."""
        raise NotImplementedError

    def _clear_oneof(self, oneof: str) -> None:
        raise NotImplementedError


class Enum(IntEnum):
    """An enumeration with the methods that a protocol buffer's has."""

    @classmethod
    def Name(cls, number: int) -> str:
        """The name of a value; ValueError if there is none."""
        return cls(number).name

    @classmethod
    def Value(cls, name: str) -> int:
        """The value of a name; ValueError if there is none."""
        if name not in cls.__members__:
            raise ValueError(f"{cls.__name__} has the names {cls.keys()}; {name!r} is none.")
        return cls[name]

    @classmethod
    def keys(cls) -> list[str]:
        """The names."""
        return list(cls.__members__)

    @classmethod
    def values(cls) -> list[int]:
        """The values."""
        return list(cls)

    @classmethod
    def items(cls) -> list[tuple[str, int]]:
        """Names and values."""
        return list(cls.__members__.items())


class Field:
    """One field of a message: its kind, its default, and what it does.

    Args:
        kind: bool, int, float, str, bytes, an `Enum` or a message class; `object` for anything.
        doc: what it does, or would do in TensorFlow.
        is_acted_on: whether it does anything in Penstock.
        repeated: whether it holds a list of such values.
        key: the kind of its keys, if it is a map to such values.
        oneof: the group of fields of which one at most is set.
    """

    name: str
    owner: str

    def __init__(
        self,
        kind: Any,
        doc: str,
        *,
        is_acted_on: bool,
        repeated: bool = False,
        key: type | None = None,
        oneof: str | None = None,
    ) -> None:
        self.kind = kind
        self.doc = doc
        self.is_acted_on = is_acted_on
        self.repeated = repeated
        self.key = key
        self.oneof = oneof
        self.is_message = issubclass(kind, MessageBase)
        self.is_scalar = not (repeated or key or self.is_message)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.owner = owner.__name__

    def __get__(self, message: MessageBase | None, owner: type) -> Any:
        if message is None:
            return self
        values = message._values
        if self.name not in values:
            if self.is_scalar:
                return self.default()
            values[self.name] = self._container()
        return values[self.name]

    def __set__(self, message: MessageBase, value: Any) -> None:
        if not self.is_scalar:
            if value is message._values.get(self.name):  # the end of an in-place `+=`
                return
            how = "CopyFrom()" if self.is_message and not self.repeated else "its own methods"
            raise AttributeError(
                f"{self.owner}.{self.name} cannot be assigned to, since it holds other values; "
                f"change it in place, or with {how}."
            )
        checked = self.check(value)
        if self.oneof:
            message._clear_oneof(self.oneof)
        message._values[self.name] = checked

    def _container(self) -> Any:
        if self.repeated:
            return Repeated(self)
        return Map(self) if self.key else self.kind()

    def default(self) -> Any:
        """The value of one item that was not set."""
        if issubclass(self.kind, Enum):
            return self.kind(0)
        return None if self.kind is object else self.kind()

    def check(self, value: Any) -> Any:
        """Returns one item as this field holds it; raises TypeError if it can't."""
        return _check(self.kind, value, f"{self.owner}.{self.name}")


def acted_on(kind: Any, doc: str, **form: Any) -> Any:
    """A field that changes what Penstock does; `form` are `Field`'s keyword arguments."""
    return Field(kind, doc, is_acted_on=True, **form)


def accepted(kind: Any, doc: str, **form: Any) -> Any:
    """A field that may be set and changes nothing here; `doc` says what it is in TensorFlow."""
    return Field(kind, doc, is_acted_on=False, **form)


def _check(kind: Any, value: Any, where: str) -> Any:
    if kind is object:
        return value
    try:
        return _CHECKS.get(kind, _check_enum if issubclass(kind, Enum) else _check_message)(
            kind, value
        )
    except (TypeError, UnicodeDecodeError):
        raise TypeError(
            f"{where} holds a value of type {kind.__name__}; "
            f"got {value!r} ({type(value).__name__})."
        ) from None


def _check_message(kind: type[MessageBase], value: Any) -> MessageBase:
    made = kind(**value) if isinstance(value, Mapping) else kind()
    if not isinstance(value, Mapping):
        made.CopyFrom(value)
    return made


def _check_enum(kind: type[Enum], value: Any) -> int:
    if isinstance(value, str):
        return kind.Value(value)
    number = operator.index(value)
    return kind(number) if number in list(kind) else number


def _check_float(kind: type, value: Any) -> float:
    if not isinstance(value, numbers.Real):
        raise TypeError
    return float(value)


def _check_text(kind: type, value: Any) -> str:
    if not isinstance(value, str | bytes):
        raise TypeError
    return value if isinstance(value, str) else value.decode("utf-8")


def _check_bytes(kind: type, value: Any) -> bytes:
    if not isinstance(value, bytes | bytearray):
        raise TypeError
    return bytes(value)


def _check_bool(kind: type, value: Any) -> bool:
    return bool(value) if type(value).__name__ in ("bool", "bool_") else bool(operator.index(value))


_CHECKS: Final[dict[Any, Any]] = {
    bool: _check_bool,
    int: lambda kind, value: operator.index(value),
    float: _check_float,
    str: _check_text,
    bytes: _check_bytes,
}


class Repeated(list[Any]):
    """The list that a repeated field holds; what is put in is checked."""

    def __init__(self, field: Field, items: Iterable[Any] = ()) -> None:
        super().__init__(map(field.check, items))
        self._field = field

    def append(self, item: Any) -> None:
        """Adds one item at the end."""
        super().append(self._field.check(item))

    def insert(self, index: SupportsIndex, item: Any) -> None:
        """Adds one item before `index`."""
        super().insert(index, self._field.check(item))

    def extend(self, items: Iterable[Any]) -> None:
        """Adds several items at the end."""
        super().extend(map(self._field.check, items))

    MergeFrom = extend

    def add(self, **fields: Any) -> Any:
        """Adds a new message at the end, and returns it; only where messages are held."""
        super().append(self._field.kind(**fields))
        return self[-1]

    def __setitem__(self, index: Any, item: Any) -> None:
        check = self._field.check
        super().__setitem__(index, map(check, item) if isinstance(index, slice) else check(item))

    def __iadd__(self, items: Iterable[Any]) -> Self:  # type: ignore[misc]
        self.extend(items)
        return self


class Map(dict[Any, Any]):
    """The dict that a map field holds; what is put in is checked, what is missing is made."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, key: Any) -> Any:
        made = self._field.default()
        super().__setitem__(self._key(key), made)
        return made

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(self._key(key), self._field.check(value))

    def _key(self, key: Any) -> Any:
        return _check(self._field.key, key, f"A key of {self._field.owner}.{self._field.name}")

    def update(self, *args: Any, **keywords: Any) -> None:
        """Puts in the items of another mapping."""
        for key, value in dict(*args, **keywords).items():
            self[key] = value

    MergeFrom = update
