"""Sums of products by the names of axes, as one op: files of TensorFlow 2 have it."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed
from penstock.ops.broadcast_gradients import conj

__all__ = ["SPECS"]

_REST = "..."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _parse(equation: str) -> tuple[list[str], str]:
    """Give the names of the inputs' axes, and of the result's.

    Raises:
      ValueError: if the equation is not of that form.
    """
    text = equation.replace(" ", "")
    given, arrow, result = text.partition("->")
    terms = given.split(",")
    letters = "".join(one.replace(_REST, "") for one in [*terms, result])
    if not arrow or not (letters.isalpha() and letters.isascii() or not letters):
        raise ValueError(
            "An equation names the axes of inputs and result by letters, such as 'ij,jk->ik', but "
            f"is {equation!r}."
        )
    return terms, result


def _sizes(labels: str, shape: Shape, c: ShapeContext) -> tuple[dict[str, int | None], Shape]:
    """Give the sizes of an input's axes by name, and of those that the dots stand for."""
    names = labels.replace(_REST, "")
    if shape is None:
        return dict.fromkeys(names), None if _REST in labels else ()
    rest = len(shape) - len(names)
    if rest < 0 or (rest and _REST not in labels):
        raise c.mismatch(f"{len(names)} axes for {labels!r} in {c.attrs['equation']!r}")
    first = labels.partition(_REST)[0] if _REST in labels else labels
    at = len(first)
    plain = shape[:at] + shape[at + rest :]
    found: dict[str, int | None] = {}
    for name, size in zip(names, plain, strict=True):
        known = found.get(name)
        if None not in (known, size) and known != size:
            raise c.mismatch(f"one size for axis {name!r} of {c.attrs['equation']!r}")
        found[name] = known if size is None else size
    return found, shape[at : at + rest]


def _shape(c: ShapeContext) -> Shape:
    terms, result = _parse(c.attrs["equation"])
    given = c.shapes("inputs")
    if len(terms) != len(given):
        raise c.mismatch(f"{len(terms)} inputs for {c.attrs['equation']!r}")
    sizes: dict[str, int | None] = {}
    rest: Shape = ()
    for labels, shape in zip(terms, given, strict=True):
        found, dots = _sizes(labels, shape, c)
        for name, size in found.items():
            known = sizes.get(name)
            if None not in (known, size) and known != size:
                raise c.mismatch(f"one size for axis {name!r} of {c.attrs['equation']!r}")
            sizes[name] = known if size is None else size
        try:
            rest = None if rest is None or dots is None else shapes.broadcast(rest, dots)
        except ValueError:
            raise c.mismatch("sizes that fit together where the dots stand") from None
    if set(result.replace(_REST, "")) - sizes.keys():
        raise c.mismatch(f"axes of the result that inputs have in {c.attrs['equation']!r}")
    before, dots, after = result.partition(_REST)
    if dots and rest is None:
        return None
    middle = rest if dots else ()
    return (*(sizes[n] for n in before), *(middle or ()), *(sizes[n] for n in after))


def _kernel(xp: Any, inputs: list[Any], *, equation: str) -> Any:
    # Not every library takes 16-bit floats here.
    dtype = inputs[0].dtype
    if dtypes.as_dtype(dtype) in (dtypes.bfloat16, dtypes.float16):
        inputs = [one.astype("float32") for one in inputs]
    return xp.einsum(equation.replace(" ", ""), *inputs).astype(dtype)


def _grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    terms, result = _parse(node.attrs["equation"])
    return [_grad_of(ops, node, dy, index, terms, result) for index in range(len(node.inputs))]


def _grad_of(ops: Any, node: Any, dy: Any, index: int, terms: list[str], result: str) -> Any:
    x, labels = node.inputs[index], terms[index]
    if len(set(labels)) < len(labels.replace(_REST, ".")):
        raise LookupError(
            f"The gradient of {node.name!r} by an input with an axis named twice, {labels!r} in "
            f"{node.attrs['equation']!r}, is not defined. Take the diagonal before it."
        )
    given = [result, *(one for at, one in enumerate(terms) if at != index)]
    others = [dy, *(conj(ops, one) for at, one in enumerate(node.inputs) if at != index)]
    kept = "".join(name for name in labels.replace(_REST, "") if any(name in one for one in given))
    left_out = [at for at, name in enumerate(labels) if name not in kept + "."]
    if _REST in labels:
        if left_out:
            raise LookupError(
                f"The gradient of {node.name!r} by an input with dots, of which {labels!r} has "
                "axes that are summed over, is not defined. Name all axes."
            )
        wanted = labels
    else:
        given = _named(given, [one.static_shape for one in others], node)
        wanted = "".join(name for name in labels if name in kept)
    equation = f"{','.join(given)}->{wanted}"
    gradient = ops.Einsum(others, equation=equation)
    if left_out:
        for at in left_out:
            gradient = ops.ExpandDims(gradient, at)
        return ops.BroadcastTo(gradient, composed.shape(x))
    if _REST in labels and sum(_REST in one for one in terms) > 1:
        size = composed.shape(x)
        axes, _ = ops.BroadcastGradientArgs(size, composed.shape(gradient))
        return ops.Reshape(ops.Sum(gradient, axes), size)
    return gradient


def _named(terms: list[str], given: list[Shape], node: Any) -> list[str]:
    """Name the axes that dots stand for: a result without dots is summed over them."""
    if not any(_REST in one for one in terms):
        return terms
    used = {letter for one in terms for letter in one}
    free = [letter for letter in _LETTERS if letter not in used]
    named = []
    for labels, shape in zip(terms, given, strict=True):
        if shape is None:
            raise LookupError(
                f"The gradient of {node.name!r} needs the ranks of all inputs, but one is unknown. "
                "Tell it with set_shape."
            )
        count = len(shape) - len(labels.replace(_REST, ""))
        named.append(labels.replace(_REST, "".join(free[:count][::-1])))
    return named


EINSUM = OpSpec(
    "Einsum",
    inputs=["inputs: N * T"],
    outputs=["output: T"],
    attrs={
        "equation": attr("string"),
        "N": attr("int", minimum=1),
        "T": attr("type"),
    },
    doc="The sum of products of tensors whose axes an equation names.",
    shape=_shape,
    kernel=_kernel,
    grad=_grad,
)

SPECS = (EINSUM,)
