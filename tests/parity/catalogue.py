"""The list of parity scripts; a script is known by its function's name."""

from tests.parity.scripts import (
    arithmetic,
    arrays,
    branches,
    contrib_initializers,
    decoding,
    gradients,
    input_pipelines,
    layers,
    mathematics,
    networks,
    networks_further,
    randomness,
    recurrent,
    recurrent_cudnn,
    recurrent_grids,
    savers,
    structure,
    summaries,
    tables,
    tensor_arrays,
    together,
    training,
    variables,
)

__all__ = ["SCRIPTS"]

_SUBJECTS = (
    arithmetic,
    arrays,
    structure,
    variables,
    gradients,
    mathematics,
    networks,
    networks_further,
    layers,
    training,
    randomness,
    recurrent,
    recurrent_cudnn,
    recurrent_grids,
    decoding,
    branches,
    savers,
    summaries,
    tables,
    tensor_arrays,
    together,
    input_pipelines,
    contrib_initializers,
)

SCRIPTS = {name: getattr(subject, name) for subject in _SUBJECTS for name in subject.__all__}
