"""``python -m screentest.qa``: one qa process."""

import asyncio

from screentest.qa.app import main

if __name__ == "__main__":
    asyncio.run(main())
