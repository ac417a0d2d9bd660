"""No page of the site takes a file, but the import room of the desk: see `programs.staging.uploads`."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler


class NoUploads(FileUploadHandler):
    """Answers 400 at the first file in a form, before a byte of it is kept in memory or on disk.

    A page that takes files sets upload handlers of its own before it reads the form.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise BadRequest("No page takes a file.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        raise BadRequest("No page takes a file.")

    def file_complete(self, file_size: int) -> None:
        return None
