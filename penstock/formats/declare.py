"""Protocol buffer messages that no library brings, declared by the lines of their definition.

messages = declare("slices", [types_pb2], {"Extent": ("int64 start = 1", "int64 length = 2")})
messages["Extent"](start=3)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

__all__ = ["declare"]

_PACKAGE = "penstock"
_KNOWN = (f"{_PACKAGE}.", "tensorboard.", "google.")
_FIELD = re.compile(
    r"(?:(?P<label>repeated|oneof \w+) )?(?P<type>map<\w+, \w+>|[\w.]+) (?P<name>\w+)"
    r" = (?P<number>\d+)"
)
_Field = descriptor_pb2.FieldDescriptorProto


def declare(
    file: str, imported: Iterable[ModuleType], messages: Mapping[str, Iterable[str]]
) -> dict[str, Any]:
    """Make message classes.

    Args:
      file: a name for the group of messages.
      imported: modules of messages that fields are of; such a field's type is written with its
        package, ``tensorboard.VersionDef``, an enum's after the word ``enum_``.
      messages: fields by message, each as in a .proto file (syntax 3). A message that is nested in
        another is called ``Outer.Inner``, and declared after it. A field of a oneof is declared as
        ``oneof group type name = number``.

    Returns:
      Classes by name.
    """
    imported = list(imported)
    definition = descriptor_pb2.FileDescriptorProto(
        name=f"penstock/{file}.proto",
        package=_PACKAGE,
        syntax="proto3",
        dependency=[module.DESCRIPTOR.name for module in imported],
    )
    made: dict[str, Any] = {}
    for full_name, fields in messages.items():
        outer, _, name = full_name.rpartition(".")
        owner = made[outer].nested_type if outer else definition.message_type
        made[full_name] = owner.add(name=name)
        for line in fields:
            _add_field(made[full_name], f"{_PACKAGE}.{full_name}", line)
    pool = descriptor_pool.Default()
    pool.Add(definition)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in messages
    }


def _add_field(message: Any, full_name: str, line: str) -> None:
    found = _FIELD.fullmatch(line)
    if found is None:
        raise ValueError(f"{line!r} declares no field.")
    label, kind = found["label"] or "", found["type"]
    field = message.field.add(
        name=found["name"], number=int(found["number"]), label=_Field.LABEL_OPTIONAL
    )
    if label.startswith("oneof"):
        field.oneof_index = _oneof(message, label.partition(" ")[2])
    if label == "repeated" or kind.startswith("map<"):
        field.label = _Field.LABEL_REPEATED
    if kind.startswith("map<"):
        entry = "".join(part.title() for part in found["name"].split("_")) + "Entry"
        nested = message.nested_type.add(name=entry)
        nested.options.map_entry = True
        key, _, value = kind[len("map<") : -1].partition(", ")
        _add_field(nested, f"{full_name}.{entry}", f"{key} key = 1")
        _add_field(nested, f"{full_name}.{entry}", f"{value} value = 2")
        kind = f"{full_name}.{entry}"
    _set_type(field, kind)


def _set_type(field: Any, kind: str) -> None:
    scalar = f"TYPE_{kind.upper()}"
    if scalar in _Field.Type.DESCRIPTOR.values_by_name:
        field.type = _Field.Type.Value(scalar)
        return
    field.type = _Field.TYPE_MESSAGE
    if kind.startswith("enum_"):
        field.type, kind = _Field.TYPE_ENUM, kind.removeprefix("enum_")
    field.type_name = f".{kind}" if kind.startswith(_KNOWN) else f".{_PACKAGE}.{kind}"


def _oneof(message: Any, name: str) -> int:
    names = [group.name for group in message.oneof_decl]
    if name not in names:
        message.oneof_decl.add(name=name)
        names.append(name)
    return names.index(name)
