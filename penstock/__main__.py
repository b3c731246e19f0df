"""`python -m penstock` is the command `penstock`."""

import sys

from .cli.main import main

sys.exit(main())
