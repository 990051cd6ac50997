"""``python -m screentest.gpu_runner``: one worker process."""

import asyncio

from screentest.gpu_runner.app import main

if __name__ == "__main__":
    asyncio.run(main())
