"""The list of parity scripts; a script is known by its function's name."""

from tests.parity.scripts import (
    arithmetic,
    arrays,
    branches,
    gradients,
    mathematics,
    networks,
    randomness,
    structure,
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
    training,
    randomness,
    branches,
)

SCRIPTS = {name: getattr(subject, name) for subject in _SUBJECTS for name in subject.__all__}
