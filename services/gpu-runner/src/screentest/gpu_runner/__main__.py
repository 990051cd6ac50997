"""``python -m screentest.gpu_runner [check --comfyui URL]``: one worker process."""

from screentest.gpu_runner.commands import main

if __name__ == "__main__":
    main()
