"""`tf.raw_ops`: each op of the library as a function of its inputs and attributes.

    tf.raw_ops.MatMul(a=x, b=y, transpose_a=True, name="product")

The names of ops, inputs and attributes are TensorFlow's; what the inputs settle, such as their
type, is no argument. Arguments may also be given by position: inputs first, then the attributes
that must be given, then the others, each in the order of the declaration.
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any as _Any  # there is an op Any

from penstock.graph.build import raw as _raw
from penstock.graph.spec import MISSING as _MISSING, OpSpec as _OpSpec
from penstock.ops.library import LIBRARY as _LIBRARY

__all__ = sorted(name for name in _LIBRARY if not name.startswith("_"))

_REDUCTION = {"reduction_indices": "axis"}
# What is called otherwise here than in the op's own declaration, as TensorFlow has it: by op.
_RENAMED = {
    "All": _REDUCTION,
    "Any": _REDUCTION,
    "EuclideanNorm": _REDUCTION,
    "ExpandDims": {"dim": "axis"},
    "Max": _REDUCTION,
    "Mean": _REDUCTION,
    "Min": _REDUCTION,
    "Prod": _REDUCTION,
    "Select": {"t": "x", "e": "y"},
    "Split": {"split_dim": "axis"},
    "SplitV": {"split_dim": "axis"},
    "Squeeze": {"squeeze_dims": "axis"},
    "Sum": _REDUCTION,
    "Where": {"input": "condition"},
}


def _signature(spec: _OpSpec) -> Signature:
    """Work out what the function of an op takes."""
    settled = {
        name for arg in spec.inputs for name in (arg.type_attr, arg.number_attr, arg.type_list_attr)
    }
    free = [attr for attr in spec.attrs if attr.name not in settled]
    renamed = _RENAMED.get(spec.name, {})
    parameters = [
        Parameter(renamed.get(name, name), Parameter.POSITIONAL_OR_KEYWORD)
        for name in (
            *(arg.name for arg in spec.inputs),
            *(attr.name for attr in free if attr.default is _MISSING),
        )
    ]
    parameters += [
        Parameter(
            renamed.get(attr.name, attr.name), Parameter.POSITIONAL_OR_KEYWORD, default=attr.default
        )
        for attr in free
        if attr.default is not _MISSING
    ]
    return Signature([
        *parameters, Parameter("name", Parameter.POSITIONAL_OR_KEYWORD, default=None)
    ])  # fmt: skip


def _function(spec: _OpSpec) -> Callable[..., _Any]:
    signature = _signature(spec)
    declared = {new: old for old, new in _RENAMED.get(spec.name, {}).items()}
    build = getattr(_raw, spec.name)

    def call(*args: _Any, **keywords: _Any) -> _Any:
        try:
            bound = signature.bind(*args, **keywords).arguments
        except TypeError as error:
            raise TypeError(
                f"{error}: tf.raw_ops.{spec.name} is called as {spec.name}{signature}."
            ) from None
        return build(**{declared.get(name, name): value for name, value in bound.items()})

    call.__name__ = call.__qualname__ = spec.name
    call.__doc__ = spec.doc
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def __getattr__(name: str) -> Callable[..., _Any]:
    if name not in _LIBRARY or name.startswith("_"):
        raise AttributeError(f"There is no op {name!r}; `dir(tf.raw_ops)` lists the ops there are.")
    function = globals()[name] = _function(_LIBRARY[name])
    return function


def __dir__() -> list[str]:
    return __all__.copy()
