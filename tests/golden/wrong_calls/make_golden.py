"""Write the classes in calls.tsv anew: run at the root of the repository with TensorFlow 1.15.5.

    python -m tests.golden.wrong_calls.make_golden

The programs are taken from the file itself; new ones are added there, behind any class and a tab.
"""

import tensorflow as tf

from tests.golden.wrong_calls.cases import PATH, error_class, read


def main():
    """Run every program and write down the class of its error."""
    lines = []
    for _, program in read():
        text = program.replace("\n", "\\n")
        lines.append(f"{error_class(tf, program)}\t{text}\n")
    with open(PATH, "w", encoding="utf-8") as target:
        target.writelines(sorted(lines))
    print(f"{len(lines)} programs")


if __name__ == "__main__":
    main()
