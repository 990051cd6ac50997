"""What can go wrong with the embedded stack, said so that the reader knows what to do next."""

from pathlib import Path


class StackError(Exception):
    """The stack cannot do what was asked; the message says why and how to mend it."""


class ServerMissingError(StackError):
    """A server's binaries are not on this machine and cannot be installed from here."""


class FolderInUseError(StackError):
    """Another process runs a stack in the same folder."""


class StartError(StackError):
    """A server or a service did not come up."""

    @classmethod
    def with_tail(cls, what: str, log: Path, tail: str) -> "StartError":
        """Name the part, its log file and the last lines it wrote."""
        quoted = "\n".join(f"    {line}" for line in tail.splitlines()) or "    (empty)"
        return cls(f"{what}. The end of {log}:\n{quoted}")
