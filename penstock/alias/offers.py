"""What a path of TensorFlow's offers of Penstock's names, and how names are spelled there."""

import dataclasses
from collections.abc import Iterable, Mapping
from types import ModuleType


@dataclasses.dataclass(frozen=True)
class Offer:
    """What one path offers.

    Attributes:
      sources: Modules whose names it offers, the first that has a name winning.
      names: Single names, as "module:name"; they go before the sources.
      constants: Values that the module has from the start.
      snake: Whether the sources spell names in capitals and the path in lower case, as
        `gen_nn_ops.conv2d_backprop_input` does for the op `Conv2DBackpropInput`.
      command: The command of `penstock` that `python -m` of the path is; empty for none.
    """

    sources: tuple[str, ...] = ()
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    constants: Mapping[str, str] = dataclasses.field(default_factory=dict)
    snake: bool = False
    command: str = ""

    def __str__(self) -> str:
        parts = [f"the names of {' and '.join(self.sources)}"] if self.sources else []
        parts += [f"{len(self.names)} more"] if self.names else []
        return ", ".join(parts) or "only modules"

    def spelling(self, source: ModuleType, name: str) -> str | None:
        """How a source module spells a name of this path; None if it has no such name."""
        return spellings(dir(source)).get(squeezed(name)) if self.snake else name

    def listing(self, source: ModuleType) -> Iterable[str]:
        """The public names of a source module, as this path spells them."""
        names = [name for name in dir(source) if not name.startswith("_")]
        return [snake_case(name) for name in names] if self.snake else names


def squeezed(name: str) -> str:
    """A name without case and underscores: equal for `Conv2D` and `conv2d`."""
    return name.replace("_", "").lower()


def spellings(names: Iterable[str]) -> dict[str, str]:
    """Each name by its squeezed form."""
    return {squeezed(name): name for name in names if not name.startswith("_")}


def snake_case(name: str) -> str:
    """An op's name as TensorFlow's generated functions spell it.

    >>> snake_case("Conv2DBackpropInput"), snake_case("ReadVariableOp"), snake_case("LRNGrad")
    ('conv2d_backprop_input', 'read_variable_op', 'lrn_grad')
    """
    letters = []
    for i, letter in enumerate(name):
        before = name[i - 1] if i else "_"
        after = name[i + 1] if i + 1 < len(name) else "A"
        starts = letter.isupper() and (before.islower() or (before.isupper() and after.islower()))
        letters.append("_" + letter.lower() if starts and i else letter.lower())
    return "".join(letters)
