"""``python -m screentest.dispatcher``: one dispatcher process."""

import asyncio

from screentest.dispatcher.app import main

if __name__ == "__main__":
    asyncio.run(main())
