"""`python -m app` is `velatura`."""

import sys

from app.startup import main

if __name__ == "__main__":
    sys.exit(main())
