"""Look for files that readers stumble over: python -m tests.fuzz.grow SECONDS [READER...]

Files are made from sound ones by random changes. One that leads a reader to lines of Penstock's
that none before led to is put into the corpus, to be read again by every test run; one that makes
it raise what it must not is put there and told.
"""

import hashlib
import logging
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

import penstock
from tests.fuzz.readers import READERS, TOLD, seeds

CORPUS = Path(__file__).with_name("corpus")
_HOME = str(Path(penstock.__file__).parent)
_ROOMS = ("formats", "saved_model", "tools", "train", "contrib/learn")
_LONGEST = 6000
_TRICKS = (b"\0", b"\xff", b"\xff" * 8, b"\x7f" * 4, b"\x80" * 9 + b"\1", b"\0" * 8)


def mutated(content, others, source):
    """Change a file at random, or put pieces of others into it."""
    made = bytearray(content)
    for _ in range(source.choice((1, 1, 1, 2, 4, 8))):
        place = source.randrange(len(made) + 1)
        length = source.choice((1, 1, 2, 4, 8, 32))
        kind = source.randrange(7)
        if kind == 0 and made:
            made[place % len(made)] ^= 1 << source.randrange(8)
        elif kind == 1:
            made[place : place + length] = source.choice(_TRICKS)
        elif kind == 2:
            del made[place : place + length]
        elif kind == 3:
            made[place:place] = made[place : place + length] * source.randrange(1, 4)
        elif kind == 4:
            other = source.choice(others)
            start = source.randrange(len(other) + 1)
            made[place : place + length] = other[start : start + length]
        elif kind == 5:
            made[place:place] = bytes(source.randrange(256) for _ in range(length))
        elif source.random() < 0.3:
            del made[place:]
    return bytes(made[:_LONGEST]) or b"\0"


class Lines:
    """The lines of the readers' code that were run."""

    def __init__(self):
        self.seen = set()

    def __enter__(self):
        sys.settrace(self._enter)
        return self

    def __exit__(self, *raised):
        sys.settrace(None)

    def _enter(self, frame, event, arg):
        name = frame.f_code.co_filename
        if not name.startswith(_HOME) or not name[len(_HOME) + 1 :].startswith(_ROOMS):
            return None
        return self._line

    def _line(self, frame, event, arg):
        if event == "line":
            self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def grow(reader, seed, seconds):
    """Look for `seconds`; gives how many files were read, kept, and faulty."""
    folder = CORPUS / reader
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(reader)
    known = [seed] + [path.read_bytes() for path in sorted(folder.iterdir())]
    seen, count, kept, faults = set(), 0, 0, set()
    for content in known:
        seen |= _read(reader, content)[0]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        content = mutated(source.choice(known), known, source)
        lines, fault = _read(reader, content)
        count += 1
        is_new = fault is not None and _place(fault) not in faults
        if is_new or lines - seen:
            seen |= lines
            known.append(content)
            name = hashlib.sha256(content).hexdigest()[:16]
            (folder / name).write_bytes(content)
            kept += 1
        if is_new:
            faults.add(_place(fault))
            print(f"{reader}/{name}: {fault!r} at {_place(fault)}")
    return count, kept, len(faults)


def _place(fault):
    """Tell where an error was raised."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return type(fault).__name__, last.filename, last.lineno


def _read(reader, content):
    fault = None
    with tempfile.TemporaryDirectory() as folder, Lines() as lines:
        try:
            READERS[reader](Path(folder), content)
        except RecursionError as error:  # which is a RuntimeError, but none that was meant
            fault = error
        except TOLD:
            pass
        except Exception as error:
            fault = error
    return lines.seen, fault


def main(seconds, *readers):
    """Look in each reader for so many seconds."""
    logging.disable()
    for reader, seed in seeds().items():
        if not readers or reader in readers:
            count, kept, faults = grow(reader, seed, float(seconds))
            print(f"{reader}: {count} files read, {kept} kept, {faults} faults", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
