"""Classes that behave as protocol buffer messages do, in plain Python.

A `Message` class lists its fields; each is acted on by Penstock, or accepted without meaning here,
and says so. Fields have defaults and check what they are given; a nested message comes into being
when it is first looked at, and counts as present once something in it is set.

    class GPUOptions(Message):
        allow_growth = acted_on(bool, "Memory is taken as it is needed.")

    GPUOptions.fields()["allow_growth"].doc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from penstock.core.message_fields import Enum, Field, Map, MessageBase, Repeated

__all__ = ["Message"]


class Message(MessageBase):
    """A value with named, typed fields. Subclasses list them.

    Args:
        **fields: values for fields by name; a dict for a message, an iterable for a repeated
            field, a mapping for a map. None leaves a field unset.

    Raises:
        ValueError: if there is no field of a name.
        TypeError: if a value is not of its field's kind.
    """

    _fields: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = {name: field for name, field in vars(cls).items() if isinstance(field, Field)}

    def __init__(self, **fields: Any) -> None:
        self._values: dict[str, Any] = {}
        self._is_present = False
        for name, value in fields.items():
            field = self._field(name)
            if value is None:
                continue
            if field.is_scalar:
                setattr(self, name, value)
            elif field.repeated:
                getattr(self, name).extend(value)
            elif field.key:
                getattr(self, name).update(value)
            else:
                self._values[name] = made = field.check(value)
                made._is_present = True

    @classmethod
    def fields(cls) -> Mapping[str, Field]:
        """The fields by name, in order."""
        return cls._fields

    @classmethod
    def _field(cls, name: str) -> Field:
        try:
            return cls._fields[name]
        except KeyError:
            raise ValueError(cls._no_field(name)) from None

    @classmethod
    def _no_field(cls, name: str) -> str:
        return f"{cls.__name__} has no field {name!r}. It has {', '.join(cls._fields)}."

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(self._no_field(name))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._fields and name not in ("_is_present", "_values"):
            raise AttributeError(self._no_field(name))
        super().__setattr__(name, value)

    def _clear_oneof(self, oneof: str) -> None:
        for name, field in self._fields.items():
            if field.oneof == oneof:
                self._values.pop(name, None)

    def HasField(self, field_name: str) -> bool:
        """Whether a nested message, or a field of a oneof, was set.

        Raises:
            ValueError: if there is no such field, or it is of a kind that is always there.
        """
        field = self._field(field_name)
        if field.repeated or field.key or (field.is_scalar and not field.oneof):
            raise ValueError(
                f"Only nested messages are present or absent; {type(self).__name__}.{field_name} "
                "always has a value. Compare it instead."
            )
        value = self._values.get(field_name)
        return value._present() if field.is_message and value is not None else value is not None

    def _present(self) -> bool:
        return self._is_present or any(
            field.is_scalar
            or bool(self._values[name] if field.repeated or field.key else self.HasField(name))
            for name, field in self._fields.items()
            if name in self._values
        )

    def SetInParent(self) -> None:
        """Makes this message count as present, though nothing in it is set."""
        self._is_present = True

    def ClearField(self, field_name: str) -> None:
        """Gives a field its default again."""
        self._field(field_name)
        self._values.pop(field_name, None)

    def Clear(self) -> None:
        """Gives every field its default again."""
        self._values.clear()

    def WhichOneof(self, oneof_group: str) -> str | None:
        """The name of the field of a oneof that is set, or None."""
        group = [name for name, field in self._fields.items() if field.oneof == oneof_group]
        if not group:
            raise ValueError(f"{type(self).__name__} has no oneof {oneof_group!r}.")
        return next((name for name in group if self.HasField(name)), None)

    def CopyFrom(self, other_msg: Message) -> None:
        """Becomes equal to another message of the same class."""
        if other_msg is self:
            return
        _same_kind(self, other_msg)
        self.Clear()
        self.MergeFrom(other_msg)

    def MergeFrom(self, other_msg: Message) -> None:
        """Takes what another message of the same class has set; repeated fields are appended to."""
        _same_kind(self, other_msg)
        self._is_present = True
        for name, field, value in other_msg._set_fields():
            if field.is_scalar:
                setattr(self, name, value)
            else:
                getattr(self, name).MergeFrom(value)

    def _set_fields(self) -> Iterator[tuple[str, Field, Any]]:
        """Name, field and value of each field that differs from its default."""
        for name, field in self._fields.items():
            if name not in self._values:
                continue
            value = self._values[name]
            if field.is_scalar:
                is_set = field.oneof is not None or value != field.default()
            else:
                is_set = bool(value) if field.repeated or field.key else value._present()
            if is_set:
                yield name, field, value

    def ListFields(self) -> list[tuple[Field, Any]]:
        """Each field that differs from its default, with its value."""
        return [(field, value) for _, field, value in self._set_fields()]

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return list(self._set_fields()) == list(other._set_fields())

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return "".join(_text_lines(self, ""))

    __repr__ = __str__

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), _plain(self))


def _same_kind(message: Message, other: Any) -> None:
    if type(message) is not type(other):
        raise TypeError(
            f"A {type(message).__name__} takes the fields of another; "
            f"got {other!r} ({type(other).__name__})."
        )


def _plain(value: Any) -> Any:
    """The value with every message, list and map in it made a dict or list."""
    if isinstance(value, Message):
        return {name: _plain(held) for name, _, held in value._set_fields()}
    if isinstance(value, Map):
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, Repeated) else value


def _remade(kind: type[Message], fields: dict[str, Any]) -> Message:
    return kind(**fields)


def _text_lines(message: Message, indent: str) -> Iterator[str]:
    """The lines of a message in protocol buffers' text format."""
    for name, field, value in message._set_fields():
        if field.key:
            for key, held in value.items():
                yield f"{indent}{name} {{\n"
                yield from _text_of("key", key, indent + "  ")
                yield from _text_of("value", held, indent + "  ")
                yield f"{indent}}}\n"
        else:
            for held in value if field.repeated else [value]:
                yield from _text_of(name, held, indent)


def _text_of(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Message):
        yield f"{indent}{name} {{\n"
        yield from _text_lines(value, indent + "  ")
        yield f"{indent}}}\n"
    elif isinstance(value, Enum):
        yield f"{indent}{name}: {value.name}\n"
    elif isinstance(value, str | bytes):
        text = value if isinstance(value, str) else value.decode("latin-1")
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        yield f'{indent}{name}: "{escaped}"\n'
    else:
        yield f"{indent}{name}: {str(value).lower() if isinstance(value, bool) else value}\n"
