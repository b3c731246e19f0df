"""The list of parity scripts; a script is known by its function's name."""

from tests.parity.scripts import (
    arithmetic,
    arrays,
    branches,
    gradients,
    networks,
    randomness,
    structure,
    training,
    variables,
)

__all__ = ["FUNCTIONAL", "SCRIPTS"]

_SUBJECTS = (
    arithmetic,
    arrays,
    structure,
    variables,
    gradients,
    networks,
    training,
    randomness,
    branches,
)

SCRIPTS = {name: getattr(subject, name) for subject in _SUBJECTS for name in subject.__all__}

# Scripts with branches or loops: TensorFlow builds these in the functional form too, for once.
FUNCTIONAL = frozenset([*branches.__all__, "moving_averages"])
