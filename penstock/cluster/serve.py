"""A task that only serves: ``python -m penstock.cluster.serve``, its role told by `TF_CONFIG`."""

from __future__ import annotations

import json
import os
import sys

from penstock.cluster.hosting import host
from penstock.cluster.names import Cluster, TaskName

__all__ = ["serve"]


def serve(config: str) -> int:
    """Serve a task until its cluster ends; gives the exit status.

    Args:
      config: a `TF_CONFIG`: JSON with `cluster`, and `task` with `type` and `index`.
    """
    told = json.loads(config)
    name = TaskName(told["task"]["type"], int(told["task"]["index"]))
    jobs = {job: dict(enumerate(addresses)) for job, addresses in told["cluster"].items()}
    hosted = host(Cluster(jobs), name, is_local=False)
    print(f"{name} serves at {hosted.target}", flush=True)
    hosted.join()
    return 0


if __name__ == "__main__":
    sys.exit(serve(os.environ["TF_CONFIG"]))
