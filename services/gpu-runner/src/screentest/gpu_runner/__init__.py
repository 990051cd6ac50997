"""Binds one worker to one render backend."""
