"""`make bench`: times Penstock beside JAX, and beside TensorFlow if `TF_PYTHON` names its Python.

TF_PYTHON=/path/to/python make bench
make bench ARGS='--cases scalar mlp --rounds 5'
"""

import argparse
import json
import os
import platform
import statistics
import sys
from pathlib import Path

from benchmarks import duel, report
from benchmarks.cases import BY_HAND
from benchmarks.promises import PROMISES

RESULTS = Path(__file__).parent / "results" / "latest.json"
MEMORY_STEPS, MEMORY_SETTLE = 100_000, 10_000


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [*PROMISES, "memory"]
    parser.add_argument("--cases", nargs="+", choices=names, default=names, help="which to time")
    parser.add_argument("--rounds", type=int, default=11, help="how often each side's turn comes")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file for the numbers")
    return parser.parse_args(arguments)


def measure(options, tensorflow):
    """Times the chosen cases; returns the results by case, and the memory's growth."""
    pythons = {"penstock": sys.executable, "jax": sys.executable}
    if tensorflow:
        pythons["tensorflow"] = tensorflow
    sides = {name: duel.Side(name, python) for name, python in pythons.items()}
    results, memory = {}, None
    try:
        for case in options.cases:
            print(f"{case} …", file=sys.stderr, flush=True)
            if case == "memory":
                growth = duel.memory_growth(
                    sides["penstock"], "tiny_training", MEMORY_STEPS, MEMORY_SETTLE
                )
                memory = growth, MEMORY_STEPS
            elif case == "import":
                results[case] = compared(duel.import_times(statements(pythons), options.rounds))
            else:
                there = [side for side in sides.values() if side.name != "jax" or case in BY_HAND]
                results[case] = compared(duel.fight(case, there, options.rounds))
    finally:
        for side in sides.values():
            side.close()
    return results, memory


def statements(pythons):
    imports = {"penstock": "import penstock", "tensorflow": "import tensorflow.compat.v1"}
    return {name: (pythons[name], imports[name]) for name in imports if name in pythons}


def compared(seconds):
    """Medians by side, and the median ratios to Penstock."""
    ours = seconds["penstock"]
    result = {"seconds": {side: statistics.median(times) for side, times in seconds.items()}}
    if "tensorflow" in seconds:
        result["times_tensorflow"] = duel.median_ratio(ours, seconds["tensorflow"])
    if "jax" in seconds:
        result["of_jax"] = 1 / duel.median_ratio(ours, seconds["jax"])
    return result


def main():
    options = parse(sys.argv[1:])
    tensorflow = os.environ.get("TF_PYTHON")
    if not tensorflow:
        print("TensorFlow's side is left out: TF_PYTHON names no Python.", file=sys.stderr)
    results, memory = measure(options, tensorflow)
    report.show(results, PROMISES, memory)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    growth = None if memory is None else {"bytes": memory[0], "steps": memory[1]}
    numbers = {"machine": machine, "cases": results, "memory": growth}
    options.output.write_text(json.dumps(numbers, indent=2) + "\n")
    print(f"The numbers: {options.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
