"""Let a model begin with the variables of an older one, also where its vocabularies have grown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from absl import logging

from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.object_graph import keys_by_full_name
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_parts import PartitionInfo
from penstock.graph.build import convert_to_tensor
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.initializers import note_initializer
from penstock.train.checkpoint_initializers import init_from_checkpoint
from penstock.train.checkpoint_remapping import load_and_remap_matrix_initializer

__all__ = ["VocabInfo", "warm_start"]


class _VocabInfo(NamedTuple):
    """The fields of a `VocabInfo`."""

    new_vocab: str
    new_vocab_size: int
    num_oov_buckets: int
    old_vocab: str
    old_vocab_size: int
    backup_initializer: Any
    axis: int


class VocabInfo(_VocabInfo):
    """How the vocabulary of a matrix has changed since a checkpoint was written.

    Args:
      new_vocab: the path of the new vocabulary, a file with a word in each line.
      new_vocab_size: how many of its words the matrix has rows for.
      num_oov_buckets: how many rows it has besides.
      old_vocab: the path of the old vocabulary.
      old_vocab_size: how many of its words count; -1 for all.
      backup_initializer: gives values for new words; zeros if None.
      axis: 0 if rows belong to words, 1 if columns do.

    Raises:
      ValueError: if `axis` is another number.
    """

    __slots__ = ()

    def __new__(
        cls,
        new_vocab: str,
        new_vocab_size: int,
        num_oov_buckets: int,
        old_vocab: str,
        old_vocab_size: int = -1,
        backup_initializer: Any = None,
        axis: int = 0,
    ) -> VocabInfo:
        if axis not in (0, 1):
            raise ValueError(
                f"A vocabulary's axis is 0, that of rows, or 1, that of columns, not {axis!r}."
            )
        return super().__new__(
            cls,
            new_vocab,
            new_vocab_size,
            num_oov_buckets,
            old_vocab,
            old_vocab_size,
            backup_initializer,
            axis,
        )


def warm_start(
    ckpt_to_initialize_from: str,
    vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Mapping[str, VocabInfo] | None = None,
    var_name_to_prev_var_name: Mapping[str, str] | None = None,
) -> None:
    """Let the variables of a model begin with those of a checkpoint.

    Initializing the variables then reads the checkpoint, and vocabularies if there are any.

        tf.train.warm_start(
            "old/model.ckpt",
            var_name_to_vocab_info={
                "embeddings": tf.train.VocabInfo("new.txt", 120, 1, "old.txt"),
            },
        )

    Args:
      ckpt_to_initialize_from: the checkpoint's prefix, or a folder, whose newest one is taken.
      vars_to_warm_start: a regular expression for trainable variables, a list of such for all
        global variables, or a list of variables; None for those of `var_name_to_vocab_info` alone.
      var_name_to_vocab_info: how the vocabulary of a variable, a float32 matrix, has changed.
      var_name_to_prev_var_name: from names of variables to those in the checkpoint, where they
        differ.

    Raises:
      ValueError: if no variable is meant, or a name stands for none that is meant; if the
        checkpoint lacks a tensor, or has it with another shape.
    """
    logging.info("Warm-starting from: %s", ckpt_to_initialize_from)
    grouped = _grouped(vars_to_warm_start)
    vocabularies = dict(var_name_to_vocab_info or {})
    renamed = dict(var_name_to_prev_var_name or {})
    for given, what in (
        (renamed, "var_name_to_prev_var_name"),
        (vocabularies, "var_name_to_vocab_info"),
    ):
        unused = sorted(given.keys() - grouped.keys())
        if unused:
            raise ValueError(
                f"You provided the following variables in {what} that were not used: {unused}. "
                f"Perhaps you misspelled them? The variables are {sorted(grouped)}."
            )
    renamed = renamed or _keys_of_objects(ckpt_to_initialize_from, grouped)
    others: dict[str, Any] = {}
    for name, parts in grouped.items():
        there = renamed.get(name, name)
        if name in vocabularies:
            _begin_with_rows(parts, there, ckpt_to_initialize_from, vocabularies[name])
        elif vars_to_warm_start:
            others[there] = parts if _is_in_parts(parts) else parts[0]
    init_from_checkpoint(ckpt_to_initialize_from, others)
    logging.info("Warm-started %d variables.", len(others) + len(vocabularies))


def _is_in_parts(parts: Sequence[VariableBase]) -> bool:
    return len(parts) > 1 or parts[0]._get_save_slice_info() is not None


def _grouped(wanted: Any) -> dict[str, list[VariableBase]]:
    """Give the variables by their names; the parts of one stand together."""
    grouped: dict[str, list[VariableBase]] = {}
    for variable in _chosen(wanted):
        part = variable._get_save_slice_info()
        group = grouped.setdefault(variable.op.name if part is None else part.full_name, [])
        if not any(variable is other for other in group):
            group.append(variable)
    return grouped


def _chosen(wanted: Any) -> list[VariableBase]:
    graph = default_graph()
    if wanted is None or isinstance(wanted, str):
        return graph.get_collection(GraphKeys.TRAINABLE_VARIABLES, wanted)
    if isinstance(wanted, list) and all(isinstance(item, str) for item in wanted):
        found = [graph.get_collection(GraphKeys.GLOBAL_VARIABLES, item) for item in wanted]
        return [variable for group in found for variable in group]
    if isinstance(wanted, list) and all(isinstance(item, VariableBase) for item in wanted):
        return wanted
    if not isinstance(wanted, list):
        raise ValueError(
            "`vars_to_warm_start` must be a regular expression or a list, but is "
            f"{wanted!r} of type {type(wanted).__name__}."
        )
    raise ValueError(
        "If `vars_to_warm_start` is a list, it must be all `Variable` or all `str`. Given types "
        f"are {sorted({type(item).__name__ for item in wanted})}."
    )


def _keys_of_objects(checkpoint: str, names: Mapping[str, Any]) -> dict[str, str]:
    """Give the keys that variables have in a checkpoint of objects; none for one of names."""
    keys = keys_by_full_name(open_checkpoint(prefix_of(checkpoint)))
    missing = sorted(names.keys() - keys.keys())
    if keys and missing:
        raise ValueError(
            "Attempting to warm-start from an object-based checkpoint, but found that the "
            f"checkpoint did not contain values for all variables. Missing are {missing}; there "
            f"are {sorted(keys)[:8]}."
        )
    return {name: keys[name] for name in names if name in keys}


def _begin_with_rows(
    parts: Sequence[VariableBase], there: str, checkpoint: str, info: VocabInfo
) -> None:
    """Let a matrix begin with the rows, or columns, of words that the checkpoint knows."""
    sizes = [variable.shape.as_list() for variable in parts]
    for variable, size in zip(parts, sizes, strict=True):
        if size is None or len(size) != 2:
            raise ValueError(
                f"Only a matrix has a vocabulary, but {variable.name!r} has the shape {size}."
            )
    files = {"old_{}_vocab_file": info.old_vocab, "new_{}_vocab_file": info.new_vocab}
    side = "col" if info.axis else "row"
    options: dict[str, Any] = {key.format(side): path for key, path in files.items()}
    options[f"num_{side}_oov_buckets"] = info.num_oov_buckets
    options[f"new_{side}_vocab_size"] = info.new_vocab_size
    if info.axis:
        options["new_row_vocab_size"] = sum(size[0] for size in sizes)
    else:
        options["new_col_vocab_size"] = sizes[0][1]
        options["old_row_vocab_size"] = info.old_vocab_size
    initializer = load_and_remap_matrix_initializer(
        prefix_of(checkpoint), there, initializer=info.backup_initializer, **options
    )
    for variable, size in zip(parts, sizes, strict=True):
        part = variable._get_save_slice_info()
        place = None if part is None else PartitionInfo(part.full_shape, part.var_offset)
        value = convert_to_tensor(initializer(size, partition_info=place))
        node = variable.assign(value).op
        variable._initializer_op = node
        note_initializer(node)
