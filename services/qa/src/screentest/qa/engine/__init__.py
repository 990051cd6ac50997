"""The measuring engine: the only room of this service that decodes video or touches pixels.

`pool` is what the rest of the service uses; it imports neither PyAV nor OpenCV, which live in the
child processes only. Must never touch the database, the broker or object storage.
"""
