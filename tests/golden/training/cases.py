"""The cases of the training ops' golden values, from the ops' own signatures.

Runs on Python 3.7 too, which TensorFlow 1.15 needs, and knows neither it nor Penstock.
"""

import re

import numpy as np

__all__ = ["CASES", "cases", "op_name"]

# The ops in reference form: states, then inputs as the op orders them.
CASES = {
    "ApplyGradientDescent": "var | alpha delta",
    "ApplyProximalGradientDescent": "var | alpha l1 l2 delta",
    "SparseApplyProximalGradientDescent": "var | alpha l1 l2 grad indices",
    "ApplyMomentum": "var accum | lr grad momentum",
    "SparseApplyMomentum": "var accum | lr grad indices momentum",
    "ApplyAdam": "var m v | beta1_power beta2_power lr beta1 beta2 epsilon grad",
    "ApplyAdaMax": "var m v | beta1_power lr beta1 beta2 epsilon grad",
    "ApplyAdagrad": "var accum | lr grad",
    "SparseApplyAdagrad": "var accum | lr grad indices",
    "ApplyAdagradV2": "var accum | lr epsilon grad",
    "SparseApplyAdagradV2": "var accum | lr epsilon grad indices",
    "ApplyAdagradDA": "var gradient_accumulator gradient_squared_accumulator"
    " | grad lr l1 l2 global_step",
    "SparseApplyAdagradDA": "var gradient_accumulator gradient_squared_accumulator"
    " | grad indices lr l1 l2 global_step",
    "ApplyAdadelta": "var accum accum_update | lr rho epsilon grad",
    "SparseApplyAdadelta": "var accum accum_update | lr rho epsilon grad indices",
    "ApplyRMSProp": "var ms mom | lr rho momentum epsilon grad",
    "SparseApplyRMSProp": "var ms mom | lr rho momentum epsilon grad indices",
    "ApplyCenteredRMSProp": "var mg ms mom | lr rho momentum epsilon grad",
    "SparseApplyCenteredRMSProp": "var mg ms mom | lr rho momentum epsilon grad indices",
    "ApplyFtrl": "var accum linear | grad lr l1 l2 lr_power",
    "SparseApplyFtrl": "var accum linear | grad indices lr l1 l2 lr_power",
    "ApplyFtrlV2": "var accum linear | grad lr l1 l2 l2_shrinkage lr_power",
    "SparseApplyFtrlV2": "var accum linear | grad indices lr l1 l2 l2_shrinkage lr_power",
    "ApplyProximalAdagrad": "var accum | lr l1 l2 grad",
    "SparseApplyProximalAdagrad": "var accum | lr l1 l2 grad indices",
    "ApplyAddSign": "var m | lr alpha sign_decay beta grad",
    "ApplyPowerSign": "var m | lr logbase sign_decay beta grad",
    # These have no reference form.
    "ResourceApplyKerasMomentum": "var accum | lr grad momentum",
    "ResourceSparseApplyKerasMomentum": "var accum | lr grad indices momentum",
    "ResourceApplyAdamWithAmsgrad": "var m v vhat"
    " | beta1_power beta2_power lr beta1 beta2 epsilon grad",
}

_POSITIVE = {"accum", "v", "vhat", "ms", "accum_update", "gradient_squared_accumulator"}
_SCALARS = {"alpha": 0.1, "lr": 0.1, "l1": 0.3, "l2": 0.2, "l2_shrinkage": 0.15,
            "lr_power": -0.5, "epsilon": 1e-3, "rho": 0.9, "momentum": 0.8, "beta1": 0.9,
            "beta2": 0.99, "beta1_power": 0.81, "beta2_power": 0.98, "beta": 0.9,
            "sign_decay": 0.7, "logbase": 1.1}  # fmt: skip
_VARIANTS = {
    "Momentum": [{}, {"use_nesterov": True}],
    "KerasMomentum": [{}, {"use_nesterov": True}],
    "Adam": [{}, {"use_nesterov": True}],
    "Adagrad": [{}, {"update_slots": False}],
    "AdagradV2": [{}, {"update_slots": False}],
    "Ftrl": [{}, {"lr_power": -0.7}],
    "FtrlV2": [{}, {"lr_power": -0.7}],
    "ProximalAdagrad": [{}, {"l1": 0.0}],
    "ProximalGradientDescent": [{}, {"l1": 0.0}],
    "AdagradDA": [{}, {"l1": 0.0}],
}


def op_name(op):
    """Give the name of an op's Python function: ``ApplyRMSProp`` is ``apply_rms_prop``."""
    name = op.replace("RMSProp", "RmsProp").replace("AdagradDA", "AdagradDa")
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _case(op, signature, repeated, changes, random):
    states, inputs = (part.split() for part in signature.split("|"))
    rows = 3 if "indices" in inputs else 4
    made = {"states": {}, "inputs": {}, "attrs": {}}
    for name in states:
        value = random.normal(size=(4, 2))
        made["states"][name] = (np.abs(value) + 0.1 if name in _POSITIVE else value).astype(
            np.float32
        )
    for name in inputs:
        if name in ("grad", "delta"):
            made["inputs"][name] = random.normal(size=(rows, 2)).astype(np.float32)
        elif name == "indices":
            made["inputs"][name] = np.array([2, 0, 2] if repeated else [3, 0, 2], np.int32)
        elif name == "global_step":
            made["inputs"][name] = np.array(3, np.int64)
        else:
            made["inputs"][name] = np.array(changes.get(name, _SCALARS[name]), np.float32)
    if "mg" in states:
        made["states"]["ms"] += made["states"]["mg"] ** 2
    made["attrs"] = {key: value for key, value in changes.items() if isinstance(value, bool)}
    labels = [op, *sorted("{}={}".format(*pair) for pair in changes.items())]
    made["name"] = "-".join(labels + ["repeated"] * repeated)
    made["op"] = op
    return made


def cases():
    """Give every case: op, states, inputs, attrs and a name, the same at each call."""
    random = np.random.RandomState(1)
    for op, signature in CASES.items():
        kind = op.replace("Resource", "").replace("Sparse", "").replace("Apply", "")
        for changes in _VARIANTS.get(kind, [{}]):
            for repeated in (False, True) if "Sparse" in op else (False,):
                yield _case(op, signature, repeated, changes, random)
