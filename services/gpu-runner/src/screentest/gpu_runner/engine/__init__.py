"""Render backends: the only room of this service that touches pixels, video or ComfyUI.

Must never touch the database or the broker.
"""
