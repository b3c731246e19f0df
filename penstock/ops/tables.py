"""Look-up tables: from strings or numbers to values, kept by the session.

Each op is there twice, as in TensorFlow: the newer one, whose name ends in V2, knows its table by a
resource handle, the older one by a reference to a string.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import describe
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Node
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.dense_tables import DenseTable
from penstock.ops.table_files import read_entries
from penstock.ops.table_objects import MutableTable, StaticTable, Table
from penstock.ops.table_shapes import (
    exported,
    filled,
    found_shape,
    imported,
    inserted,
    removed,
)

__all__ = ["SPECS"]

_HANDLES = (("", "Ref(string)"), ("V2", "resource"))
_COMMON = {
    "container": "",
    "shared_name": "",
    "use_node_name_sharing": False,
    "key_dtype": attr("type"),
    "value_dtype": attr("type"),
}


def _made(
    name: str, make: Callable[[Node], Table], doc: str, attrs: Any = None, inputs: Any = ((), ())
) -> list[OpSpec]:
    """Declare the op that stands for a kind of table."""
    return [
        OpSpec(
            name + version,
            inputs=taken,
            outputs=[f"table_handle: {handle}"],
            attrs={**_COMMON, **(attrs or {})},
            doc=doc,
            shape=rules.scalar,
            makes=make,
            stateful=True,
        )
        for (version, handle), taken in zip(_HANDLES, inputs, strict=True)
    ]


def _dtypes(node: Node) -> tuple[DType, DType]:
    return node.attrs["key_dtype"], node.attrs["value_dtype"]


def _make_of_tensors(node: Node) -> MutableTable:
    shape = node.attrs["value_shape"]
    if shape is None or len(shape) != 1 or None in shape:
        raise InvalidArgumentError(
            None,
            node,
            f"The values of {node.name!r} must be vectors of known length, but value_shape is "
            f"{describe(shape)}.",
        )
    return MutableTable(node.name, *_dtypes(node), shape)


def _make_dense(node: Node) -> DenseTable:
    keys = [constant_value(key) for key in node.inputs]
    if any(key is None for key in keys):
        raise InvalidArgumentError(
            None,
            node,
            f"empty_key and deleted_key of {node.name!r} must be constants, but are computed: "
            f"{list(node.inputs)}.",
        )
    return DenseTable(
        node.name,
        *_dtypes(node),
        node.attrs["value_shape"] or (),
        keys[0].shape,
        empty_key=keys[0],
        deleted_key=keys[1] if len(keys) > 1 else None,
        buckets=node.attrs["initial_num_buckets"],
        load=node.attrs["max_load_factor"],
    )


def _on_table(
    name: str,
    inputs: list[str],
    outputs: list[str],
    attrs: dict[str, Any],
    versions: Any = _HANDLES,
    **fields: Any,
) -> list[OpSpec]:
    """Declare an op on a table."""
    return [
        OpSpec(
            name + version,
            inputs=[f"table_handle: {handle}", *inputs],
            outputs=outputs,
            attrs=attrs,
            objects=["table_handle"],
            stateful=True,
            **fields,
        )
        for version, handle in versions
    ]


def _find(xp: Any, table: Table, keys: Any, default: Any, *, Tin: DType, Tout: DType) -> Any:
    table.check_dtypes(Tin, Tout)
    return table.find(np.asarray(keys), np.asarray(default))


def _insert(xp: Any, table: Table, keys: Any, values: Any, *, Tin: DType, Tout: DType) -> tuple[()]:
    table.check_dtypes(Tin, Tout)
    table.insert(np.asarray(keys), np.asarray(values))
    return ()


def _import(xp: Any, table: Table, keys: Any, values: Any, *, Tin: DType, Tout: DType) -> tuple[()]:
    table.check_dtypes(Tin, Tout)
    table.fill(np.asarray(keys), np.asarray(values))
    return ()


def _remove(xp: Any, table: Table, keys: Any, *, Tin: DType) -> tuple[()]:
    table.check_dtypes(Tin)
    table.remove(np.asarray(keys))
    return ()


def _export(xp: Any, table: Table, *, Tkeys: DType, Tvalues: DType) -> tuple[Any, Any]:
    table.check_dtypes(Tkeys, Tvalues)
    return table.export()


def _static(table: Table) -> StaticTable:
    if not isinstance(table, StaticTable):
        raise InvalidArgumentError(
            None,
            None,
            f"Only a table that is filled once can be initialized; {table.name!r} changes. Use "
            "its insert.",
        )
    return table


def _fill(xp: Any, table: Table, keys: Any, values: Any, *, Tkey: DType, Tval: DType) -> tuple[()]:
    table.check_dtypes(Tkey, Tval)
    _static(table).fill(np.asarray(keys), np.asarray(values))
    return ()


def _fill_from_file(
    xp: Any, table: Table, filename: Any, *, key_index: int, value_index: int, vocab_size: int,
    delimiter: str, attrs: dict[str, Any],
) -> tuple[()]:  # fmt: skip
    if np.shape(filename):
        raise InvalidArgumentError(
            None, None, f"filename must be one string, but has shape {np.shape(filename)}."
        )
    static = _static(table)
    path = np.asarray(filename, object).item().decode()
    key, value = (table.key_dtype, key_index), (table.value_dtype, value_index)
    first = attrs.get("offset", 0)  # only files of TensorFlow 2 have it
    static.fill_from(read_entries(path, key, value, vocab_size, delimiter, first))
    return ()


_PAIR = {"Tin": attr("type"), "Tout": attr("type")}
_FILE = {
    "key_index": attr("int", minimum=-2),
    "value_index": attr("int", minimum=-2),
    "vocab_size": attr("int", -1, minimum=-1),
    "delimiter": "\t",
}
_DENSE = {"value_shape": attr("shape", ()), "initial_num_buckets": 131072, "max_load_factor": 0.8}

SPECS = (
    *_made(
        "HashTable",
        lambda node: StaticTable(node.name, *_dtypes(node)),
        "A table that is filled once.",
    ),
    *_made(
        "MutableHashTable",
        lambda node: MutableTable(node.name, *_dtypes(node)),
        "A table whose entries come and go.",
    ),
    *_made(
        "MutableHashTableOfTensors",
        _make_of_tensors,
        "A table whose entries come and go, and whose values are vectors.",
        {"value_shape": attr("shape", ())},
    ),
    *_made(
        "MutableDenseHashTable",
        _make_dense,
        "A table whose entries come and go, in one array of buckets.",
        _DENSE,
        (["empty_key: key_dtype"], ["empty_key: key_dtype", "deleted_key: key_dtype"]),
    ),
    *_on_table(
        "LookupTableFind", ["keys: Tin", "default_value: Tout"], ["values: Tout"], _PAIR,
        shape=found_shape, kernel=_find, doc="The values of keys, or a default.",
    ),
    *_on_table(
        "LookupTableInsert", ["keys: Tin", "values: Tout"], [], _PAIR,
        shape=inserted, kernel=_insert, doc="Puts keys in a table, or changes their values.",
    ),
    *_on_table(
        "LookupTableRemove", ["keys: Tin"], [], {"Tin": attr("type")}, _HANDLES[1:],
        shape=removed, kernel=_remove, doc="Takes keys out of a table.",
    ),
    *_on_table(
        "LookupTableImport", ["keys: Tin", "values: Tout"], [], _PAIR,
        shape=imported, kernel=_import, doc="Puts all that a table is to hold in it.",
    ),
    *_on_table(
        "LookupTableExport", [], ["keys: Tkeys", "values: Tvalues"],
        {"Tkeys": attr("type"), "Tvalues": attr("type")},
        shape=exported, kernel=_export, doc="All keys of a table, and their values.",
    ),
    *_on_table(
        "LookupTableSize", [], ["size: int64"], {}, shape=rules.scalar,
        kernel=lambda xp, table: np.int64(len(table)), doc="How many entries a table has.",
    ),
    *_on_table(
        "InitializeTable", ["keys: Tkey", "values: Tval"], [],
        {"Tkey": attr("type"), "Tval": attr("type")},
        shape=filled, kernel=_fill, doc="Fills a table that is filled once.",
    ),
    *_on_table(
        "InitializeTableFromTextFile", ["filename: string"], [], _FILE,
        shape=lambda c: [], kernel=_fill_from_file, doc="Fills a table from a text file.",
    ),
)  # fmt: skip
