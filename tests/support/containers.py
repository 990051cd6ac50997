"""Containers without an engine: an image's own install steps, and processes that see only it.

For Linux and root. A process has the image as its root, read-only, at the paths of the image; a
/tmp in memory; no user name, no capabilities and no way to get any. It shares our network, and the
system's libraries and Python stand in for the image that ours is built on.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from screentest.stack.processes import Child, Program
from support.dockerfiles import ROOT, Dockerfile

_VENV = "/opt/screentest"
#: What stands in for the system of the image.
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib64", "etc", "dev", "proc")
_VOLUME = "var/lib/screentest"

_ENTER = r"""
set -eu
root=$1 python=$2 volume=$3 mode=$4 user=$5 folder=$6
shift 6
mount --bind "$root" "$root"
for part in usr bin sbin lib lib64 etc dev proc; do
    [ -L "$root/$part" ] || [ ! -d "$root/$part" ] || mount --rbind "/$part" "$root/$part"
done
mount --bind "$python" "$root$python"
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs "$root/tmp"
mount --bind "$volume" "$root/var/lib/screentest"
[ "$mode" = rw ] || mount -o remount,bind,ro "$root/var/lib/screentest"
for part in "$root" "$root/usr" "$root/etc" "$root$python"; do
    mount -o remount,bind,ro "$part"
done
exec /usr/sbin/chroot "$root" /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" \
    --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
    /usr/bin/env --chdir="$folder" "$@"
"""


def why_not() -> str | None:
    """None where containers can be stood in for, else why not."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux can give a process another root folder"
    probe = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        check=False,
        capture_output=True,
        text=True,
    )
    return probe.stderr.strip() or None if probe.returncode else None


@dataclass(frozen=True)
class Run:
    """What a container is given besides its image."""

    name: str
    environment: Mapping[str, str]
    #: What is mounted where the image keeps what lasts.
    volume: Path
    only_reads: bool
    log: Path


class Image:
    """What a Dockerfile makes, in a folder."""

    def __init__(self, dockerfile: Dockerfile, root: Path) -> None:
        """Carry out what the Dockerfile says.

        Raises:
            subprocess.CalledProcessError: an install step failed.
        """
        self.root = root
        self.shipped = dockerfile.shipped
        self.folder = Path(self.shipped.all("WORKDIR")[-1])
        self._install(dockerfile)
        self._copy(dockerfile)
        for name in _SYSTEM:
            host = Path("/", name)
            if host.is_symlink():
                (root / name).symlink_to(host.readlink())
            elif host.is_dir():
                (root / name).mkdir()
        for path in ("tmp", _VOLUME, sys.base_prefix.lstrip("/")):
            (root / path).mkdir(parents=True, exist_ok=True)

    def start(self, run: Run, command: Sequence[str]) -> Child:
        """Start a process in a container of this image."""
        entering = ["/usr/bin/unshare", "--mount", "--", "/bin/sh", "-c", _ENTER, "sh"]
        mode = "ro" if run.only_reads else "rw"
        user = self.shipped.all("USER")[-1]
        place = [self.root, sys.base_prefix, run.volume, mode, user, self.folder]
        return Child.start(
            Program(
                name=run.name,
                arguments=[*entering, *map(str, place), *command],
                environment={"LANG": "C.UTF-8", **self.shipped.environment, **run.environment},
                log=run.log,
            )
        )

    def _install(self, dockerfile: Dockerfile) -> None:
        """The build stage, with the uv that is here instead of one that is installed first."""
        path = f"{Path(sys.executable).parent}:{os.defpath}"
        with tempfile.TemporaryDirectory(prefix="screentest-build-") as work:
            for kind, value in dockerfile.stage("build").instructions:
                if kind == "COPY":
                    *sources, destination = value.split()
                    for source in sources:
                        _copy(ROOT / source, Path(work, destination))
                elif kind == "RUN":
                    for command in re.sub(r"--mount=\S+", "", value).split("&&"):
                        if not command.strip().startswith("pip "):
                            subprocess.run(
                                command.replace(_VENV, f"{self.root}{_VENV}"),
                                shell=True,
                                check=True,
                                cwd=work,
                                env={**os.environ, "PATH": path},
                                capture_output=True,
                            )

    def _copy(self, dockerfile: Dockerfile) -> None:
        for origin, sources, destination in self.shipped.copies:
            for source in sources:
                if origin == "build":
                    assert source == destination == _VENV
                else:
                    host = Path("frontend/dist" if origin == "web" else source)
                    if (ROOT / host).exists():
                        _copy(ROOT / host, self.root / str(self.folder / destination).lstrip("/"))


def _copy(source: Path, destination: Path) -> None:
    if source.is_dir():
        leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(source, destination, dirs_exist_ok=True, ignore=leave_out)
    else:
        destination.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, destination)
