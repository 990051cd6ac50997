"""The built-in renderer: a deterministic CPU stand-in for an image-to-video model.

For demo, tests and CI, and named as what it is everywhere. Reads from a recipe: the prompt (camera
moves such as "push-in", "pan left", "orbit", "static"; words of light and mood), the negative
prompt, the seed, the LoRA stack, and the values width, height, frames, fps, cfg and steps.
"""

from screentest.gpu_runner.engine.builtin.backend import BuiltinBackend

__all__ = ["BuiltinBackend"]
