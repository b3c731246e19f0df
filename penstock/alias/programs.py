"""Modules that are programs: what `python -m tensorflow.python.tools.freeze_graph` runs."""

import importlib.abc

_PROGRAM = """import sys

from penstock.cli.main import main

sys.exit(main([{command!r}, *sys.argv[1:]]))
"""


class Program(importlib.abc.InspectLoader):
    """Gives Python the program of a module: a command of `penstock`."""

    def __init__(self, command: str) -> None:
        self._command = command

    def get_source(self, fullname: str) -> str:
        return _PROGRAM.format(command=self._command)

    def is_package(self, fullname: str) -> bool:
        return False
