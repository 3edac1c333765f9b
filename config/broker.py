from pathlib import Path

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """Kombu's filesystem broker, whose folder may be missing: at the first start, or deleted."""

    @property
    def data_folder_in(self) -> str:
        return self._folder("data_folder_in")

    @property
    def data_folder_out(self) -> str:
        return self._folder("data_folder_out")

    def _folder(self, name: str) -> str:
        folder = Path(self.transport_options[name])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder)


class Transport(filesystem.Transport):
    Channel = Channel
