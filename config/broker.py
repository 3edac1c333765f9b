import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

from config.whole import whole_file

LISTENS_FOR = 0.5  # seconds; Celery asks for two


class Channel(filesystem.Channel):
    """Kombu's filesystem broker, whose folder may be missing: at the first start, or deleted."""

    @property
    def data_folder_in(self) -> str:
        return self._folder("data_folder_in")

    @property
    def data_folder_out(self) -> str:
        return self._folder("data_folder_out")

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # two names above
        """A message is there when the whole of it is: Kombu itself writes under the name that is read."""
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        with whole_file(Path(self.data_folder_out) / name) as file:
            file.write(dumps(payload).encode())

    def _folder(self, name: str) -> str:
        folder = Path(self.transport_options[name])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder)


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(  # type: ignore[override]  # the base class names less than it gives on
        self, connection: Any, timeout: float | None = None
    ) -> None:
        """Waits at most so long that a worker hears soon that it is to end. Raises TimeoutError."""
        super().drain_events(connection, timeout=timeout and min(timeout, LISTENS_FOR))
