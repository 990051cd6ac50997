"""The ComfyUI render backend: submit a workflow to one ComfyUI server, follow it, fetch the clip.

What it expects of a server and what it does when something breaks: docs/comfyui.md.
"""

from screentest.gpu_runner.engine.comfyui.backend import ComfyUIBackend
from screentest.gpu_runner.engine.comfyui.options import ComfyUIOptions

__all__ = ["ComfyUIBackend", "ComfyUIOptions"]
