"""All cases of wrong input, by their functions' names; it runs on Python 3.7 too."""

from tests.unit.errors import asking, building, graphs, running, running_shapes

__all__ = ["CASES"]

_SUBJECTS = (asking, graphs, building, running, running_shapes)

CASES = {
    name: case
    for subject in _SUBJECTS
    for name, case in vars(subject).items()
    if hasattr(case, "facts")
}
