"""Read the corpus and hostile files under limits: python -m tests.fuzz.replay MEGABYTES SECONDS

Prints, as JSON, how many files each reader was given, and what went wrong.
"""

import collections
import json
import logging
import os
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

from tests.fuzz.hostile import CASES
from tests.fuzz.readers import READERS, TOLD, seeds

CORPUS = Path(__file__).with_name("corpus")


def cases():
    """Give reader, name and content of each file."""
    for reader in READERS:
        for path in sorted((CORPUS / reader).glob("*")):
            yield reader, path.name, path.read_bytes()
        for number, content in enumerate(CASES.get(reader, [])):
            yield reader, f"hostile {number}", content


def read(reader, content):
    """Read a file; gives what is wrong with how that went, or None."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        before = set(os.listdir())
        try:
            READERS[reader](Path(folder), content)
        except (RecursionError, MemoryError, TimeoutError):
            return traceback.format_exc(limit=-2)
        except TOLD as error:
            return None if str(error).strip() else f"{type(error).__name__} says nothing"
        except Exception:
            return traceback.format_exc(limit=-2)
        finally:
            os.chdir("/")
        return "code was run" if "made" in set(os.listdir(folder)) - before else None


def _too_long(number, frame):
    raise TimeoutError


def main(megabytes, seconds):
    """Read all, each file within so much time, and with so much memory more than is in use."""
    logging.disable()
    warnings.simplefilter("ignore")
    for reader, content in seeds().items():
        assert read(reader, content) is None, reader
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 1_000_000,) * 2)
    signal.signal(signal.SIGALRM, _too_long)
    counts, faults = collections.Counter(), {}
    for reader, name, content in cases():
        signal.setitimer(signal.ITIMER_REAL, seconds)
        fault = read(reader, content)
        signal.setitimer(signal.ITIMER_REAL, 0)
        counts[reader] += 1
        if fault is not None:
            faults[f"{reader}/{name}"] = fault
    print(json.dumps({"counts": counts, "faults": faults}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
