"""The keeper's process: ``python -m penstock.cluster.keeper FOLDER``; see `local_ray`."""

from __future__ import annotations

import sys
from pathlib import Path

from penstock.cluster.local_ray import Folder, keep
from penstock.cluster.ray_transport import start_ray, stop_ray

__all__: list[str] = []

if __name__ == "__main__":
    keep(Folder(Path(sys.argv[1])), start_ray, stop_ray)
