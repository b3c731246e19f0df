"""`tf.saved_model.signature_def_utils`: what goes into a model and comes out of it, by names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.core.dtypes import as_dtype, float32, string
from penstock.formats.messages import SignatureDef, TensorInfo
from penstock.graph.node import Tensor
from penstock.saved_model import signature_constants as names
from penstock.saved_model.utils import build_tensor_info

__all__ = [
    "build_signature_def",
    "classification_signature_def",
    "is_valid_signature",
    "predict_signature_def",
    "regression_signature_def",
]


def build_signature_def(
    inputs: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
    method_name: str | None = None,
) -> Any:
    """Make a signature.

    Args:
      inputs: `TensorInfo` by the name of an input.
      outputs: `TensorInfo` by the name of an output.
      method_name: what it is good for, such as ``"tensorflow/serving/predict"``.

    Returns:
      A `SignatureDef`.
    """
    signature = SignatureDef()
    for field, infos in ((signature.inputs, inputs), (signature.outputs, outputs)):
        for name, info in (infos or {}).items():
            field[name].CopyFrom(info)
    if method_name is not None:
        signature.method_name = method_name
    return signature


def predict_signature_def(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Any:
    """Make the signature of a model that gives tensors for tensors.

    Args:
      inputs: tensors by the name of an input.
      outputs: tensors by the name of an output.

    Raises:
      ValueError: if there are none.
    """
    for kind, tensors in (("inputs", inputs), ("outputs", outputs)):
        if not tensors:
            raise ValueError(
                f"Prediction {kind} cannot be None or empty: name at least one tensor."
            )
    return build_signature_def(
        {name: build_tensor_info(tensor) for name, tensor in inputs.items()},
        {name: build_tensor_info(tensor) for name, tensor in outputs.items()},
        names.PREDICT_METHOD_NAME,
    )


def classification_signature_def(examples: Any, classes: Any, scores: Any) -> Any:
    """Make the signature of a model that classifies serialized examples.

    Args:
      examples: string tensor of serialized `tf.train.Example`.
      classes: string tensor of the classes' names, or None.
      scores: float32 tensor of their scores, or None.

    Raises:
      ValueError: if `examples` is None, both others are, or a dtype does not fit.
      TypeError: if `examples` is no tensor.
    """
    inputs = _examples("Classification", names.CLASSIFY_INPUTS, examples)
    if classes is None and scores is None:
        raise ValueError("Classification classes and scores cannot both be None.")
    outputs = {}
    if classes is not None:
        outputs[names.CLASSIFY_OUTPUT_CLASSES] = _checked("Classification classes", classes, string)
    if scores is not None:
        outputs[names.CLASSIFY_OUTPUT_SCORES] = _checked("Classification scores", scores, float32)
    return build_signature_def(inputs, outputs, names.CLASSIFY_METHOD_NAME)


def regression_signature_def(examples: Any, predictions: Any) -> Any:
    """Make the signature of a model that gives numbers for serialized examples.

    Args:
      examples: string tensor of serialized `tf.train.Example`.
      predictions: float32 tensor.

    Raises:
      ValueError: if one is None, or a dtype does not fit.
      TypeError: if `examples` is no tensor.
    """
    inputs = _examples("Regression", names.REGRESS_INPUTS, examples)
    if predictions is None:
        raise ValueError("Regression predictions cannot be None.")
    outputs = {names.REGRESS_OUTPUTS: _checked("Regression output", predictions, float32)}
    return build_signature_def(inputs, outputs, names.REGRESS_METHOD_NAME)


def _examples(kind: str, name: str, examples: Any) -> dict[str, Any]:
    if examples is None:
        raise ValueError(f"{kind} examples cannot be None.")
    if not isinstance(examples, Tensor):
        raise TypeError(f"{kind} examples must be a string Tensor, not {examples!r}.")
    return {name: _checked(f"{kind} examples", examples, string)}


def _checked(what: str, tensor: Any, dtype: Any) -> Any:
    info = build_tensor_info(tensor)
    if as_dtype(int(info.dtype)).base_dtype is not dtype:
        raise ValueError(f"{what} must be a {dtype.name} Tensor, but {tensor!r} is not.")
    return info


def is_valid_signature(signature_def: Any) -> bool:
    """Tell whether TensorFlow Serving can serve a signature."""
    if signature_def is None:
        return False
    check = _VALID.get(signature_def.method_name)
    return check is not None and check(dict(signature_def.inputs), dict(signature_def.outputs))


def _is(info: Any, dtype: Any) -> bool:
    return isinstance(info, TensorInfo) and info.dtype == dtype.as_datatype_enum


def _is_prediction(inputs: dict[str, Any], outputs: dict[str, Any]) -> bool:
    return bool(inputs) and bool(outputs)


def _is_regression(inputs: dict[str, Any], outputs: dict[str, Any]) -> bool:
    return (
        set(inputs) == {names.REGRESS_INPUTS}
        and _is(inputs[names.REGRESS_INPUTS], string)
        and set(outputs) == {names.REGRESS_OUTPUTS}
        and _is(outputs[names.REGRESS_OUTPUTS], float32)
    )


def _is_classification(inputs: dict[str, Any], outputs: dict[str, Any]) -> bool:
    wanted = {names.CLASSIFY_OUTPUT_CLASSES: string, names.CLASSIFY_OUTPUT_SCORES: float32}
    return (
        set(inputs) == {names.CLASSIFY_INPUTS}
        and _is(inputs[names.CLASSIFY_INPUTS], string)
        and bool(outputs)
        and all(name in wanted and _is(info, wanted[name]) for name, info in outputs.items())
    )


_VALID = {
    names.PREDICT_METHOD_NAME: _is_prediction,
    names.REGRESS_METHOD_NAME: _is_regression,
    names.CLASSIFY_METHOD_NAME: _is_classification,
}
