"""`tf.flags`: the flags of a command line.  They are absl's, with what TensorFlow 1 added.

- `FLAGS.name` parses the command line when it is first read, also without `tf.app.run`.
- A `DEFINE_*` function takes TensorFlow 1's older argument names `flag_name`, `default_value` and
  `docstring` besides `name`, `default` and `help`.
- A program may define a flag that has the name of one of absl's own (`log_dir`, `v`).
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

# Imported so that the flags of these two are there before a program defines its own.
from absl import (
    app as _app,  # noqa: F401
    flags as _flags,
    logging as _logging,  # noqa: F401
)
from absl.flags import (
    ArgumentParser,
    ArgumentSerializer,
    BaseListParser,
    BooleanFlag,
    BooleanParser,
    CantOpenFlagFileError,
    CsvListSerializer,
    DuplicateFlagError,
    EnumClassFlag,
    EnumClassParser,
    EnumFlag,
    EnumParser,
    Error,
    Flag,
    FlagHolder,
    FlagNameConflictsWithMethodError,
    FlagValues,
    FloatParser,
    IllegalFlagValueError,
    IntegerParser,
    ListParser,
    ListSerializer,
    MultiEnumClassFlag,
    MultiFlag,
    UnparsedFlagAccessError,
    UnrecognizedFlagError,
    ValidationError,
    WhitespaceSeparatedListParser,
    adopt_module_key_flags,
    declare_key_flag,
    disclaim_key_flags,
    doc_to_help,
    flag_dict_to_args,
    get_help_width,
    mark_bool_flags_as_mutual_exclusive,
    mark_flag_as_required,
    mark_flags_as_mutual_exclusive,
    mark_flags_as_required,
    multi_flags_validator,
    register_multi_flags_validator,
    register_validator,
    set_default,
    text_wrap,
    validator,
)

from penstock.core.surface import lacking as _lacking

__all__ = [
    "ArgumentParser",
    "ArgumentSerializer",
    "BaseListParser",
    "BooleanFlag",
    "BooleanParser",
    "CantOpenFlagFileError",
    "CsvListSerializer",
    "DEFINE",
    "DEFINE_alias",
    "DEFINE_bool",
    "DEFINE_boolean",
    "DEFINE_enum",
    "DEFINE_enum_class",
    "DEFINE_flag",
    "DEFINE_float",
    "DEFINE_integer",
    "DEFINE_list",
    "DEFINE_multi",
    "DEFINE_multi_enum",
    "DEFINE_multi_enum_class",
    "DEFINE_multi_float",
    "DEFINE_multi_integer",
    "DEFINE_multi_string",
    "DEFINE_spaceseplist",
    "DEFINE_string",
    "DuplicateFlagError",
    "EnumClassFlag",
    "EnumClassParser",
    "EnumFlag",
    "EnumParser",
    "Error",
    "FLAGS",
    "Flag",
    "FlagHolder",
    "FlagNameConflictsWithMethodError",
    "FlagValues",
    "FloatParser",
    "IllegalFlagValueError",
    "IntegerParser",
    "ListParser",
    "ListSerializer",
    "MultiEnumClassFlag",
    "MultiFlag",
    "UnparsedFlagAccessError",
    "UnrecognizedFlagError",
    "ValidationError",
    "WhitespaceSeparatedListParser",
    "adopt_module_key_flags",
    "declare_key_flag",
    "disclaim_key_flags",
    "doc_to_help",
    "flag_dict_to_args",
    "get_help_width",
    "mark_bool_flags_as_mutual_exclusive",
    "mark_flag_as_required",
    "mark_flags_as_mutual_exclusive",
    "mark_flags_as_required",
    "multi_flags_validator",
    "register_multi_flags_validator",
    "register_validator",
    "set_default",
    "text_wrap",
    "validator",
]

_OLDER_NAMES = {"flag_name": "name", "default_value": "default", "docstring": "help"}

# So that absl's --help counts a flag to the program that defines it, not to this module.
_flags.disclaim_key_flags()


class _ParsedFlags:
    """absl's `FLAGS`, which parses the command line when a flag is first read."""

    def __getattribute__(self, name: str) -> Any:
        flags = _flags.FLAGS
        if name == "__class__":
            return type(flags)
        if name.startswith("__"):
            return getattr(flags, name)
        if not flags.is_parsed():
            flags(sys.argv)
        return getattr(flags, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_flags.FLAGS, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_flags.FLAGS, name)

    def __dir__(self) -> list[str]:
        return dir(_flags.FLAGS)

    def __getitem__(self, name: str) -> Flag:
        return _flags.FLAGS[name]

    def __setitem__(self, name: str, flag: Flag) -> None:
        _flags.FLAGS[name] = flag

    def __contains__(self, name: str) -> bool:
        return name in _flags.FLAGS

    def __iter__(self) -> Any:
        return iter(_flags.FLAGS)

    def __len__(self) -> int:
        return len(_flags.FLAGS)

    def __call__(self, argv: Any, known_only: bool = False) -> list[str]:
        return _flags.FLAGS(argv, known_only)

    def __repr__(self) -> str:
        return repr(_flags.FLAGS)


def _define(define: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(define)
    def defining(*args: Any, **kwargs: Any) -> Any:
        renamed = {_OLDER_NAMES.get(key, key): value for key, value in kwargs.items()}
        name = args[0] if args else renamed.get("name")
        if isinstance(name, str) and _is_absls_own(name):
            renamed["allow_override"] = True
        return define(*args, **renamed)

    return defining


def _is_absls_own(name: str) -> bool:
    owner = _flags.FLAGS.find_module_defining_flag(name) if name in _flags.FLAGS else None
    return owner is not None and owner.startswith("absl.")


FLAGS = _ParsedFlags()

DEFINE = _flags.DEFINE
DEFINE_alias = _flags.DEFINE_alias
DEFINE_flag = _flags.DEFINE_flag
DEFINE_multi = _flags.DEFINE_multi
DEFINE_bool = _define(_flags.DEFINE_bool)
DEFINE_boolean = _define(_flags.DEFINE_boolean)
DEFINE_enum = _define(_flags.DEFINE_enum)
DEFINE_enum_class = _define(_flags.DEFINE_enum_class)
DEFINE_float = _define(_flags.DEFINE_float)
DEFINE_integer = _define(_flags.DEFINE_integer)
DEFINE_list = _define(_flags.DEFINE_list)
DEFINE_multi_enum = _define(_flags.DEFINE_multi_enum)
DEFINE_multi_enum_class = _define(_flags.DEFINE_multi_enum_class)
DEFINE_multi_float = _define(_flags.DEFINE_multi_float)
DEFINE_multi_integer = _define(_flags.DEFINE_multi_integer)
DEFINE_multi_string = _define(_flags.DEFINE_multi_string)
DEFINE_spaceseplist = _define(_flags.DEFINE_spaceseplist)
DEFINE_string = _define(_flags.DEFINE_string)

__getattr__ = _lacking(__name__, __all__)
