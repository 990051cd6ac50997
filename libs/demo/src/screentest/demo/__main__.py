"""``python -m screentest.demo``: photographs to test shots, scores, a promotion and a scene."""

import sys

from screentest.demo.demo import main

if __name__ == "__main__":
    sys.exit(main())
