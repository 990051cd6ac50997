"""``python -m screentest.promotion``."""

import asyncio

from screentest.promotion.app import main

if __name__ == "__main__":
    asyncio.run(main())
