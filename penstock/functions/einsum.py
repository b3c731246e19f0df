"""`tf.einsum`: sums of products by the names of axes, reduced to products of matrices."""

from __future__ import annotations

import re
from typing import Any

from penstock.functions.math_reductions import reduce_sum
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.ops.composed_matrices import matmul, matrix_diag_part

__all__ = ["einsum"]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Tensor:
    """Build a sum of products of tensors whose axes have names.

    The equation names the axes of each input and of the result: ``"ij,jk->ik"`` is the product of
    matrices. Elements at one place of all named axes are multiplied; axes that the result does not
    name are summed over. Without ``->`` the result has the names that stand once, sorted.

    Args:
      equation: the names, a letter for each axis; ``...`` stands for all further axes.
      *inputs: the tensors, of one dtype.
      **kwargs: `name`, the scope of the nodes.

    Returns:
      A tensor with the axes that the equation asks for.

    Raises:
      ValueError: if the equation is malformed, does not fit the tensors' ranks, or names one axis
        twice for one of them.
      TypeError: if there are other keyword arguments.

    Example:

        tf.einsum("bij,bjk->bik", a, b)  # products of two stacks of matrices
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"einsum takes the keyword `name` alone, but got {sorted(kwargs)}.")
    with name_scope(name, "einsum", [equation, inputs]):
        tensors = [convert_to_tensor(each) for each in inputs]
        labels, result = _resolve(equation, tensors)
        if "->" not in equation and len(labels) == 1 and labels[0] == labels[0][::-1] != result:
            return reduce_sum(matrix_diag_part(tensors[0]), [-1])
        for each in labels:
            if len(set(each)) < len(each):
                raise ValueError(
                    f"einsum takes each axis once in an input, but {equation!r} has {each!r}. Use "
                    "tf.linalg.diag_part for a diagonal."
                )
        if _shared_by_three(labels, result):
            return _by_broadcasting(tensors, labels, result)
        return _in_turn(tensors, labels, result, equation)


def _resolve(equation: str, tensors: list[Tensor]) -> tuple[list[str], str]:
    """Give the labels of each input and of the result; ellipses become letters not in use."""
    text = equation.replace(" ", "")
    match = re.fullmatch(r"([a-zA-Z,.]*)(->[a-zA-Z.]*)?", text)
    if not match:
        raise ValueError(f"An equation of einsum looks like 'ij,jk->ik', but it is {equation!r}.")
    labels = match.group(1).split(",")
    if len(labels) != len(tensors):
        raise ValueError(
            f"The equation {equation!r} is for {len(labels)} tensors, but {len(tensors)} are given."
        )
    free = [letter for letter in _LETTERS if letter not in text]
    longest = ""
    resolved = []
    for each, tensor in zip(labels, tensors, strict=True):
        named = each.replace("...", "")
        shape = tensor.static_shape
        if "." in named or (shape is not None and "..." not in each and len(shape) != len(named)):
            raise ValueError(
                f"The labels {each!r} of {equation!r} do not fit {tensor!r}: one is needed for "
                "each axis."
            )
        if "..." in each:
            if shape is None:
                raise ValueError(
                    f"einsum needs the rank of {tensor!r} to tell what ... stands for."
                )
            count = len(shape) - len(named)
            extra = "".join(free[:count][::-1])
            longest = max(longest, extra, key=len)
            each = each.replace("...", extra)
        resolved.append(each)
    if match.group(2) is not None:
        return resolved, match.group(2)[2:].replace("...", longest)
    once = [letter for letter in set("".join(labels)) if "".join(labels).count(letter) == 1]
    return resolved, longest + "".join(sorted(letter for letter in once if letter != "."))


def _shared_by_three(labels: list[str], result: str) -> bool:
    return any(
        sum(letter in each for each in labels) > 2 and letter not in result
        for letter in set("".join(labels))
    )


def _by_broadcasting(tensors: list[Tensor], labels: list[str], result: str) -> Tensor:
    """Build one product over all axes of all inputs, and sum at its end."""
    every = result + "".join(sorted(set("".join(labels)) - set(result)))
    product = None
    for tensor, each in zip(tensors, labels, strict=True):
        ordered = sorted(each, key=every.index)
        turned = _transposed(tensor, [each.index(letter) for letter in ordered])
        for place, letter in enumerate(every):
            if letter not in each:
                turned = composed.expand_dims(turned, place)
        product = turned if product is None else product * turned
    summed = list(range(len(result), len(every)))
    return reduce_sum(product, summed) if summed else product  # type: ignore[return-value]


def _in_turn(tensors: list[Tensor], labels: list[str], result: str, equation: str) -> Tensor:
    """Build the product of the first two, of this and the third, and so on."""
    product, axes = tensors[0], labels[0]
    for tensor, each in zip(tensors[1:], labels[1:], strict=True):
        summed = (set(axes) & set(each)) - set(result)
        product, axes = _product(product, axes, tensor, each, summed)
    missing = [place for place, letter in enumerate(axes) if letter not in result]
    if missing:
        product = reduce_sum(product, missing)
        axes = "".join(letter for letter in axes if letter in result)
    if sorted(axes) != sorted(result):
        raise ValueError(
            f"The result of {equation!r} names axes that no input has, or one axis twice."
        )
    return _transposed(product, [axes.index(letter) for letter in result])


def _product(
    x: Tensor, x_labels: str, y: Tensor, y_labels: str, summed: set[str]
) -> tuple[Tensor, str]:
    """Build the sum of products of two tensors; gives its axes, too.

    Both become stacks of matrices: the shared axes that stay are the stack, the summed ones the
    columns of the first and the rows of the second.
    """
    kept = (set(x_labels) & set(y_labels)) - summed
    only_x, only_y = set(x_labels) - kept - summed, set(y_labels) - kept - summed

    def ordered(labels: str, second: set[str]) -> list[str]:
        def key(letter: str) -> tuple[int, str]:
            return (-1 if letter in kept else 0 if letter in second else 1), letter

        return sorted(labels, key=key)

    x_axes, y_axes = ordered(x_labels, only_x), ordered(y_labels, summed)
    x = _transposed(x, [x_labels.index(letter) for letter in x_axes])
    y = _transposed(y, [y_labels.index(letter) for letter in y_axes])
    stack = len(kept)
    if not summed:
        for _ in only_y:
            x = composed.expand_dims(x, -1)
        for _ in only_x:
            y = composed.expand_dims(y, stack)
        return raw.Mul(x, y), "".join(x_axes + y_axes[stack:])
    x_sizes = _sizes(x)
    free_x, inner = _total(x_sizes[stack : -len(summed)]), _total(x_sizes[-len(summed) :])
    x = _reshaped(x, [*x_sizes[:stack], free_x, inner])
    y_sizes = _sizes(y)
    free_y = _total(y_sizes[stack + len(summed) :])
    y = _reshaped(y, [*y_sizes[:stack], inner, free_y])
    product = matmul(x, y)
    split_x, split_y = stack + len(only_x), len(y_axes) - len(only_y)
    product = _reshaped(product, x_sizes[:split_x] + y_sizes[split_y:])
    return product, "".join(x_axes[:split_x] + y_axes[split_y:])


def _transposed(x: Tensor, order: list[int]) -> Tensor:
    return x if order == list(range(len(order))) else composed.transpose(x, order)


def _sizes(x: Tensor) -> list[Any]:
    """List the sizes: integers where they are known, tensors elsewhere."""
    static: Any = x.static_shape
    if None not in static:
        return list(static)
    sizes = composed.shape(x)
    return [sizes[place] if size is None else size for place, size in enumerate(static)]


def _total(sizes: list[Any]) -> Any:
    total: Any = 1
    for size in sizes:
        total *= size
    return total


def _reshaped(x: Tensor, sizes: list[Any]) -> Tensor:
    if list(x.static_shape or ()) == sizes and not any(isinstance(size, Tensor) for size in sizes):
        return x
    return raw.Reshape(x, sizes)
