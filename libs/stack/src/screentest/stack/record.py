"""The record of a stack that runs, for other terminals: its process, addresses and services."""

from screentest.stack.folder import StackFolder
from screentest.stack.processes import identity

RECORD = "stack.json"


def running_stack(folder: StackFolder) -> int | None:
    """The process that runs a stack in the folder, proven by its start time; else None."""
    record = folder.read_record(RECORD)
    pid = record.get("pid")
    alive = isinstance(pid, int) and identity(pid) == record.get("identity")
    return pid if alive else None
