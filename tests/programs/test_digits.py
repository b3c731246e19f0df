"""The example that trains on real data reaches what it promises."""

import re

from tests.programs.launch import ROOT, run


def test_digits_learns_to_read_97_percent_of_unseen_images():
    program = run(ROOT / "examples" / "digits.py")
    assert program.returncode == 0, program.stderr
    held_out = re.search(r"images held out\W+360, ([\d.]+)% right", program.stdout)
    assert held_out, program.stdout
    assert float(held_out[1]) >= 97
