"""Becomes another program that does not outlive its parent; run by path, never imported.

`python -I -S leash.py PARENT_PID SIGNAL ACCOUNT PROGRAM ARGUMENT...`, where ACCOUNT is `uid:gid` or
`-` for no change. On Linux the kernel sends SIGNAL when the parent dies, even by kill -9; on other
systems the program only starts, and what is left over is found at the next start of the stack.
Standard library only, because it runs before any environment is set up.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Change account, ask for the death signal, become the program."""
    parent_pid, signal_number, account, program, *rest = arguments
    if account != "-":
        uid, gid = (int(number) for number in account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)  # clears the death signal, so it comes before the prctl
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != int(parent_pid):
        sys.exit("The parent died before the program started.")
    os.execv(program, [program, *rest])  # noqa: S606 - replacing this process is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
