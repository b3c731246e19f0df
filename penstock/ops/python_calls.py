"""Ops that call Python functions while a graph runs; the interpreter's own kernels do it."""

from __future__ import annotations

from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr

__all__ = ["SPECS"]


def _call(name: str, stateful: bool, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: Tin"],
        outputs=["output: Tout"],
        attrs={
            "token": attr("string"),
            "Tin": attr("list(type)"),
            "Tout": attr("list(type)"),
        },
        doc=doc,
        shape=lambda c: [None] * len(c.attrs["Tout"]),
        grad=NOT_DIFFERENTIABLE,
        host=True,
        stateful=stateful,
    )


PY_FUNC = _call(
    "PyFunc", True, "What the Python function of `token` makes of `input`, given as NumPy values."
)
PY_FUNC_STATELESS = _call(
    "PyFuncStateless", False, "`PyFunc` of a function whose results its arguments alone settle."
)

EAGER_PY_FUNC = OpSpec(
    "EagerPyFunc",
    inputs=["input: Tin"],
    outputs=["output: Tout"],
    attrs={
        "token": attr("string"),
        "is_async": False,
        "Tin": attr("list(type)"),
        "Tout": attr("list(type)"),
    },
    doc="What the Python function of `token` makes of `input`, given as tensors with values.",
    shape=lambda c: [None] * len(c.attrs["Tout"]),
    grad=Undefined("`tf.py_function` gives each of its nodes one"),
    host=True,
    stateful=True,
)

SPECS = (PY_FUNC, PY_FUNC_STATELESS, EAGER_PY_FUNC)
