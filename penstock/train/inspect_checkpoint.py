"""Print what a checkpoint holds."""

from __future__ import annotations

import re

import numpy as np

from penstock.core.errors import OpError
from penstock.train.checkpoint_reading import NewCheckpointReader

__all__ = ["print_tensors_in_checkpoint_file"]


def print_tensors_in_checkpoint_file(
    file_name: str,
    tensor_name: str | None,
    all_tensors: bool,
    all_tensor_names: bool = False,
    count_exclude_pattern: str = "",
) -> None:
    """Print tensors of a checkpoint, and how many numbers it holds.

    Args:
      file_name: the checkpoint's prefix.
      tensor_name: the tensor to print; None or empty for a list of all, unless they are asked for.
      all_tensors: whether to print names and values of all.
      all_tensor_names: whether to print the names of all.
      count_exclude_pattern: a regular expression for names that are not counted.
    """
    try:
        reader = NewCheckpointReader(file_name)
        if all_tensors or all_tensor_names:
            for name in sorted(reader.get_variable_to_shape_map()):
                print("tensor_name: ", name)
                if all_tensors:
                    print(reader.get_tensor(name))
        elif not tensor_name:
            print(reader.debug_string().decode(errors="ignore"))
        else:
            print("tensor_name: ", tensor_name)
            print(reader.get_tensor(tensor_name))
    except OpError as error:
        print(error)
        return
    counted = [
        np.prod(shape, dtype=np.int64)
        for name, shape in reader.get_variable_to_shape_map().items()
        if not (count_exclude_pattern and re.search(count_exclude_pattern, name))
    ]
    print("# Total number of params:", sum(counted, np.int64(0)))
