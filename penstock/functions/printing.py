"""Values shown while a graph runs: `tf.print`, and the older `tf.Print`."""

from __future__ import annotations

import pprint
import sys
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import string
from penstock.graph.build import raw
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = ["Print", "print"]


def Print(  # noqa: N802  TensorFlow's name
    input_: Any,
    data: Any,
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Build `input_` as it is; whenever it is computed, `data` is printed to the standard error.

    Args:
      input_: a tensor.
      data: a list of tensors and values to print.
      message: a text to print before them.
      first_n: in how many runs of a session to print; in all if None or negative.
      summarize: how many elements of each to print; 3 if None, all if negative.
      name: the node's name.

    Returns:
      A tensor of the same shape, dtype and values.

    Raises:
      TypeError: if `data` is no list.
    """
    if not isinstance(data, (list, tuple)):
        raise TypeError(
            f"tf.Print takes a list of what to print, not {data!r}. Put it into a list: [x]."
        )
    return raw.Print(  # type: ignore[no-any-return]
        input_, list(data), message=message, first_n=first_n, summarize=summarize, name=name
    )


class _Place:
    """Stands in a nest for a tensor: it shows as the template's placeholder."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def print(*inputs: Any, **options: Any) -> Node:  # noqa: A001  TensorFlow's name
    """Build a node that prints `inputs` when it runs.

    Args:
      *inputs: tensors, values, and nests of them.
      **options: `output_stream`, one of `sys.stdout`, `sys.stderr` (the default) or
        ``"file://path"``; `summarize`, how many entries at either end of each axis are shown, 3
        by default, all if -1; `sep`, what stands between inputs, a space by default; `end`, what
        stands after them, a line's end by default; `name`, the node's name.

    Returns:
      The node. It runs where it is fetched, or where something depends on it:

        with tf.control_dependencies([tf.print("loss:", loss)]):
            train = optimizer.minimize(loss)

    Raises:
      ValueError: for an unknown option, or an output stream of another kind.
    """
    stream = _stream_name(options.pop("output_stream", sys.stderr))
    summarize = options.pop("summarize", None) or 3
    separator, end = options.pop("sep", " "), options.pop("end", "\n")
    name = options.pop("name", None)
    if options:
        raise ValueError(f"tf.print has no options {sorted(options)}.")
    text = inputs[0] if len(inputs) == 1 else None
    if not (isinstance(text, Tensor) and text.dtype.base_dtype is string):
        text = _formatted(inputs, separator, summarize)
    node: Node = raw.PrintV2(text, output_stream=stream, end=end, name=name)
    return node


def _stream_name(stream: Any) -> str:
    for name in ("stdout", "stderr"):
        if stream is getattr(sys, name) or stream == name:
            return name
    if isinstance(stream, str) and stream.startswith(("file://", "log(")):
        return stream
    raise ValueError(
        f"tf.print writes to sys.stdout, sys.stderr or 'file://path', not to {stream!r}."
    )


def _formatted(inputs: Any, separator: str, summarize: int) -> Tensor:
    everything = str(inputs)
    placeholder = "{}"
    while placeholder in everything:
        placeholder = f"{{{placeholder}}}"
    tensors: list[Tensor] = []

    def place(item: Any) -> Any:
        if isinstance(item, SparseTensor):
            tensors.extend((item.indices, item.values, item.dense_shape))
            return _Place(
                f"SparseTensor(indices={placeholder}, values={placeholder}, shape={placeholder})"
            )
        if hasattr(type(item), "_convert_to_tensor"):
            tensors.append(item)
            return _Place(placeholder)
        return item

    parts = []
    for item in inputs:
        shown = nest.map_structure(place, item)
        parts.append(shown if isinstance(shown, str) else pprint.pformat(shown))
    return raw.StringFormat(  # type: ignore[no-any-return]
        tensors, template=separator.join(parts), placeholder=placeholder, summarize=summarize
    )
