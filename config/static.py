from collections.abc import Iterator
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compresses what our pages load. Compressing Django's admin as well took ten seconds at each start."""

    def compress_files(self, paths: set[str]) -> Iterator[tuple[str, str]]:
        hashed = paths & set(self.hashed_files.values())
        ours = {path for path in hashed if not path.startswith(("admin/", "django_htmx/"))}
        # A name with a hash stands for its content: what was compressed at an earlier start still is.
        yield from super().compress_files(
            {path for path in ours if not Path(self.path(f"{path}.br")).exists()}
        )
