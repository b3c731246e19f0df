"""From one vocabulary to another: which rows of an old matrix a new one takes over."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import int64, string
from penstock.core.errors import InvalidArgumentError
from penstock.graph.spec import OpSpec, attr
from penstock.ops.table_files import LINE_NUMBER, WHOLE_LINE, read_entries
from penstock.ops.table_objects import StaticTable

__all__ = ["SPECS"]


def _path(name: Any) -> str:
    text: bytes = np.asarray(name, object).item()
    return text.decode(errors="surrogateescape")


def _remapping(
    xp: Any, new_vocab_file: Any, old_vocab_file: Any, *, new_vocab_offset: int,
    num_new_vocab: int, old_vocab_size: int,
) -> tuple[np.ndarray, np.int32]:  # fmt: skip
    if not num_new_vocab:
        return np.zeros(0, np.int64), np.int32(0)
    numbers, words = (int64, LINE_NUMBER), (string, WHOLE_LINE)
    path = _path(new_vocab_file)
    new = [word for _, word in read_entries(path, numbers, words, -1, "\t")]
    last = new_vocab_offset + num_new_vocab
    if last > len(new):
        raise InvalidArgumentError(
            None,
            None,
            f"{num_new_vocab} words from word {new_vocab_offset} are wanted, but {path} has "
            f"{len(new)} words.",
        )
    table = StaticTable(_path(old_vocab_file), string, int64)
    table.fill_from(read_entries(table.name, words, numbers, old_vocab_size, "\t"))
    wanted = np.array(new[new_vocab_offset:last], object)
    remapping = table.find(wanted, np.array(-1))
    return remapping, np.int32(np.count_nonzero(remapping >= 0))


GENERATE_VOCAB_REMAPPING = OpSpec(
    "GenerateVocabRemapping",
    inputs=["new_vocab_file: string", "old_vocab_file: string"],
    outputs=["remapping: int64", "num_present: int32"],
    attrs={
        "new_vocab_offset": attr("int", minimum=0),
        "num_new_vocab": attr("int", minimum=0),
        "old_vocab_size": attr("int", -1, minimum=-1),
    },
    doc="The lines that words of a new vocabulary have in an old one, -1 for none; how many do.",
    shape=lambda c: [(c.attrs["num_new_vocab"],), ()],
    kernel=_remapping,
    host=True,
)

LOAD_AND_REMAP_MATRIX = OpSpec(
    "LoadAndRemapMatrix",
    inputs=[
        "ckpt_path: string", "old_tensor_name: string", "row_remapping: int64",
        "col_remapping: int64", "initializing_values: float32",
    ],
    outputs=["output_matrix: float32"],
    attrs={
        "num_rows": attr("int", minimum=0),
        "num_cols": attr("int", minimum=1),
        "max_rows_in_memory": -1,
    },
    doc="Rows and columns of a matrix in a checkpoint, in a new order; the rest is given.",
    shape=lambda c: (c.attrs["num_rows"], c.attrs["num_cols"]),
    host=True,
    stateful=True,
)  # fmt: skip

SPECS = (GENERATE_VOCAB_REMAPPING, LOAD_AND_REMAP_MATRIX)
