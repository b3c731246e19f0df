"""The optimizers' update ops: one table, from which four forms of each op come.

`ApplyAdam` takes references to variables and gives the first one's back; `ResourceApplyAdam`
takes handles; `SparseApply…` and `ResourceSparseApply…` take a gradient for the rows that
`indices` names. A repeated index is applied again, to what its first application gave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from penstock.core import shapes
from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import update_rules
from penstock.ops.index_range import check_range
from penstock.ops.resource_state import INDEX, handle_data

__all__ = ["RULES", "SPECS", "UpdateRule", "in_turn", "sparse_kernel"]

Kernel = Callable[..., Any]


@dataclass(frozen=True)
class UpdateRule:
    """A row of the table.

    Attributes:
      name: the op's name without what its forms prefix.
      rule: the formula, of `update_rules`.
      states: inputs that it changes, the variable first.
      values: its other inputs, in order; the gradient is `grad`, or `delta`.
      forms: which of the forms TensorFlow has: ``r`` reference, ``h`` handle, ``R`` and ``H``
        their sparse ones.
      flags: attrs that the formula takes, with their defaults.
      doc: what it does.
    """

    name: str
    rule: Kernel
    states: str
    values: str
    doc: str
    forms: str = "rhRH"
    flags: tuple[tuple[str, bool], ...] = ()


_NESTEROV = (("use_nesterov", False),)
_SLOTS = (("update_slots", True),)

RULES = (
    UpdateRule("GradientDescent", update_rules.gradient_descent, "var", "alpha delta",
               "Takes a step against the gradient.", "rh"),
    UpdateRule("ProximalGradientDescent", update_rules.proximal_gradient_descent, "var",
               "alpha l1 l2 delta", "Takes a step, then shrinks by L1 and L2 penalties."),
    UpdateRule("Momentum", update_rules.momentum, "var accum", "lr grad momentum",
               "Takes a step along the running sum of gradients.", flags=_NESTEROV),
    UpdateRule("KerasMomentum", update_rules.keras_momentum, "var accum", "lr grad momentum",
               "Momentum with the rate inside the running sum.", "hH", _NESTEROV),
    UpdateRule("Adam", update_rules.adam, "var m v",
               "beta1_power beta2_power lr beta1 beta2 epsilon grad",
               "Scales the mean of gradients by the root of the mean of their squares.", "rh",
               _NESTEROV),
    UpdateRule("AdamWithAmsgrad", update_rules.adam_with_amsgrad, "var m v vhat",
               "beta1_power beta2_power lr beta1 beta2 epsilon grad",
               "Adam, scaled by the greatest mean of squares so far.", "h"),
    UpdateRule("AdaMax", update_rules.ada_max, "var m v",
               "beta1_power lr beta1 beta2 epsilon grad",
               "Adam, scaled by the decaying maximum of gradients.", "rh"),
    UpdateRule("Adagrad", update_rules.adagrad, "var accum", "lr grad",
               "Scales the gradient by the root of the sum of its squares.", flags=_SLOTS),
    UpdateRule("AdagradV2", update_rules.adagrad_v2, "var accum", "lr epsilon grad",
               "Adagrad with an epsilon beside the root.", flags=_SLOTS),
    UpdateRule("AdagradDA", update_rules.adagrad_da,
               "var gradient_accumulator gradient_squared_accumulator",
               "grad lr l1 l2 global_step", "Adagrad by dual averaging, with L1 and L2 penalties."),
    UpdateRule("Adadelta", update_rules.adadelta, "var accum accum_update",
               "lr rho epsilon grad", "Scales by the ratio of past updates to past gradients."),
    UpdateRule("RMSProp", update_rules.rms_prop, "var ms mom", "lr rho momentum epsilon grad",
               "Scales by the root of the running mean of squares."),
    UpdateRule("CenteredRMSProp", update_rules.centered_rms_prop, "var mg ms mom",
               "lr rho momentum epsilon grad", "Scales by the running standard deviation."),
    UpdateRule("Ftrl", update_rules.ftrl, "var accum linear", "grad lr l1 l2 lr_power",
               "Follows the regularized leader."),
    UpdateRule("FtrlV2", update_rules.ftrl_v2, "var accum linear",
               "grad lr l1 l2 l2_shrinkage lr_power",
               "Follows the regularized leader, with a penalty that shrinks the variable."),
    UpdateRule("ProximalAdagrad", update_rules.proximal_adagrad, "var accum", "lr l1 l2 grad",
               "Adagrad, then shrinks by L1 and L2 penalties."),
    UpdateRule("AddSign", update_rules.add_sign, "var m", "lr alpha sign_decay beta grad",
               "Grows the step where gradient and momentum agree in sign.", "rh"),
    UpdateRule("PowerSign", update_rules.power_sign, "var m", "lr logbase sign_decay beta grad",
               "Multiplies the step where gradient and momentum agree in sign.", "rh"),
)  # fmt: skip


def _sparse_values(row: UpdateRule) -> list[str]:
    """The inputs of the sparse form: indices stand after the gradient, which is `grad` always."""
    values = ["grad" if name == "delta" else name for name in row.values.split()]
    values.insert(values.index("grad") + 1, "indices")
    return values


def in_turn(xp: Any, states: Any, indices: Any, step: Kernel) -> tuple[Any, ...]:
    """Apply `step` to rows of `states`: first where an index stands first, then where second…

    Args:
      xp: NumPy.
      states: arrays whose rows change.
      indices: which rows, one axis.
      step: called with rows of the states and with positions in `indices`; gives the new rows.
    """
    check_range(indices, states[0].shape[0], "the rows of the variable")
    results = [xp.array(state) for state in states]
    waiting = xp.arange(indices.size)
    while waiting.size:
        rows, first = xp.unique(indices[waiting], return_index=True)
        for state, new in zip(
            results, step([state[rows] for state in results], waiting[first]), strict=True
        ):
            state[rows] = new
        waiting = xp.delete(waiting, first)
    return tuple(results)


def sparse_kernel(row: UpdateRule, walk: Kernel) -> Kernel:
    """Make the kernel of a row's sparse form.

    Args:
      row: the row of the table.
      walk: a tier's way to apply a step to rows, such as `in_turn`.
    """
    count = len(row.states.split())
    names = _sparse_values(row)
    flags = [name for name, _ in row.flags]

    def kernel(xp: Any, *inputs: Any, use_nesterov: bool = False, update_slots: bool = True) -> Any:
        given = {"use_nesterov": use_nesterov, "update_slots": update_slots}
        keywords = {flag: given[flag] for flag in flags}
        values = dict(zip(names, inputs[count:], strict=True))
        indices = values.pop("indices")
        grad = values["grad"]

        def step(rows: list[Any], chosen: Any) -> tuple[Any, ...]:
            values["grad"] = grad[chosen]
            new = row.rule(xp, *rows, *values.values(), **keywords)
            return new if count > 1 else (new,)

        states = walk(xp, inputs[:count], indices, step)
        return states if count > 1 else states[0]

    return kernel


def _state_shape(c: ShapeContext, name: str) -> Shape:
    tensor = c.tensor(name)
    return tensor.static_shape if tensor.dtype.is_ref_dtype else handle_data(tensor)[1]


def _shape_rule(row: UpdateRule, sparse: bool) -> Callable[[ShapeContext], Any]:
    def rule(c: ShapeContext) -> Any:
        states = row.states.split()
        shape: Shape = None
        try:
            for name in states:
                shape = shapes.merge(shape, _state_shape(c, name))
            if not sparse:
                shape = shapes.merge(shape, c.shape("delta" if "delta" in row.values else "grad"))
        except ValueError:
            raise c.mismatch(f"{', '.join(states)} and the gradient of one shape") from None
        for name in row.values.split():
            if name not in ("grad", "delta") and c.shape(name) not in (None, ()):
                raise c.mismatch(f"a scalar as {name}")
        if sparse and shape is not None:
            grad, rows = c.shape("grad"), shapes.concatenate(c.shape("indices"), shape[1:])
            if not shapes.is_compatible(grad, rows):
                raise c.mismatch("grad of shape indices.shape + var.shape[1:]")
        return shape if c.spec.single_output else []

    return rule


def _spec(row: UpdateRule, form: str) -> OpSpec:
    sparse, is_ref = form in "RH", form in "rR"
    states = row.states.split()
    kinds = dict.fromkeys(states, "Ref(T)" if is_ref else "resource")
    for name in _sparse_values(row) if sparse else row.values.split():
        kinds[name] = {"global_step": "int64", "indices": "Tindices"}.get(name, "T")
    attrs: dict[str, Any] = {"T": NUMBERS}
    if sparse:
        attrs["Tindices"] = INDEX
    attrs["use_locking"] = False
    prefix = {"r": "Apply", "h": "ResourceApply", "R": "SparseApply", "H": "ResourceSparseApply"}
    return OpSpec(
        prefix[form] + row.name,
        inputs=[f"{name}: {kind}" for name, kind in kinds.items()],
        outputs=["out: Ref(T)"] if is_ref else [],
        attrs={**attrs, **dict(row.flags)},
        doc=row.doc + (" For rows of the variable." if sparse else ""),
        shape=_shape_rule(row, sparse),
        kernel=sparse_kernel(row, in_turn) if sparse else row.rule,
        reads=states,
        writes=states,
    )


SPECS = tuple(_spec(row, form) for row in RULES for form in row.forms)
