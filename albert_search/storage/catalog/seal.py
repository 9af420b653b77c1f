"""The seal of a catalog: a digest of its whole file, for the bytes that no row's checksum covers.

It is set when a writer has finished and broken before the next one changes a byte, so while it is there the file must
match it.
"""

from __future__ import annotations

from pathlib import Path

from albert_search.errors import StorageError
from albert_search.files.durable import file_digest, remove_durably, replace_durably


class Seal:
    """A digest beside a catalog.

    Args:
        catalog: The catalog's file.
    """

    def __init__(self, catalog: Path) -> None:
        self._catalog = catalog
        self.path = catalog.with_suffix(".seal")

    def set(self) -> None:
        """Write down the digest of the file as it is; all that was committed must be in it.

        Raises:
            OSError: The disk is full, read-only or failing; there is no seal then.
        """
        unfinished = self.path.with_name(self.path.name + ".new")
        try:
            unfinished.write_text(self._digest(), encoding="ascii")
            replace_durably(unfinished, self.path)
        finally:
            unfinished.unlink(missing_ok=True)

    def break_(self) -> None:
        """Remove the digest, before the file changes.

        Raises:
            StorageError: The disk is read-only or failing.
        """
        try:
            remove_durably(self.path)
        except OSError as error:
            raise StorageError(f"cannot remove {self.path} ({error}): check the disk and the permissions") from error

    def matches(self) -> bool:
        """Tell whether the file is the one that was sealed; True where there is no seal, or a writer has broken it."""
        before = self._written()
        return before is None or self._digest() == before or self._written() != before

    def _digest(self) -> str:
        return file_digest(self._catalog).hex()

    def _written(self) -> str | None:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
