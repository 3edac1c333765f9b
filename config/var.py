"""The folder for what Foyer makes and keeps: its data, its secrets, letters that went nowhere else."""

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def writable(folder: Path) -> Path:
    """The folder, made if need be, open to its owner alone. Raises ImproperlyConfigured with what to do."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise ImproperlyConfigured(
            f"Foyer keeps its data in {folder} and cannot write there ({error.strerror}): "
            "make that folder writable, or set VAR_DIR to one that is."
        ) from error


def kept_secret(path: Path) -> str:
    """What the file says; made on first use. Processes that start at once agree on one secret."""
    if not path.exists():
        _keep(secrets.token_urlsafe(48), path)
    return path.read_text(encoding="ascii").strip()


def _keep(secret: str, path: Path) -> None:
    # mkstemp makes the file 0600. A link to the finished file appears whole, and only for the first who asks.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secret)
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
