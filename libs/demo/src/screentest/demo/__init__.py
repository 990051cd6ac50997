"""The main job from one command: photographs to test shots, scores and a scene."""
