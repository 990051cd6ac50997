"""Errors that know what should become of them.

A message that raises `Retryable` is delivered again later; any other exception sends it to the
dead-letter queue with the reason.
"""


class Retryable(Exception):  # noqa: N818 - reads as what to do
    """The same message may succeed later: a neighbour or a file is not there yet."""
