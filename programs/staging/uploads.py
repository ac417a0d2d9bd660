"""Takes files in a form, within bounds. A page that wants them sets this handler before it reads the form."""

from typing import IO, Any

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class BoundedUploads(FileUploadHandler):
    """Keeps files in temporary ones on disk, up to `most_bytes` each, `most_files` and `most_in_all` bytes.

    What goes beyond is passed over, and named in `too_large` or `too_many`. A request that says it is larger
    than all of that is answered 400 before anything of it is read.
    """

    _FORM = 1_000_000
    """Bytes for the rest of the form, and for what parts it."""

    def __init__(self, *, most_bytes: int, most_files: int, most_in_all: int) -> None:
        super().__init__()
        self.most_bytes, self.most_files, self.most_in_all = most_bytes, most_files, most_in_all
        self.too_large: list[str] = []
        self.too_many: list[str] = []
        self._files = self._in_all = 0
        self._file: TemporaryUploadedFile | None = None

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - its name in Django
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > self.most_in_all + self._FORM:
            raise BadRequest("The files are too large.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._drop()
        self._files += 1
        if self._files > self.most_files:
            self.too_many.append(str(self.file_name))
            raise SkipFile
        self._file = TemporaryUploadedFile(
            str(self.file_name), str(self.content_type), 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._in_all += len(raw_data)
        if self._file is None or start + len(raw_data) > self.most_bytes or self._in_all > self.most_in_all:
            if self._file is not None:
                self.too_large.append(str(self.file_name))
            self._drop()
            raise SkipFile
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        file, self._file = self._file, None
        if file is not None:
            file.seek(0)
            file.size = file_size
        return file

    def upload_interrupted(self) -> None:
        self._drop()

    def _drop(self) -> None:
        """A file that is not kept leaves nothing on disk."""
        if self._file is not None:
            self._file.close()
            self._file = None
