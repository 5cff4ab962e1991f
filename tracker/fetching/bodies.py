"""The body of an answer, unpacked in small steps, so that no bomb ever lies in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from tracker.errors import FetchError

#: What we say we can unpack; a server that packs otherwise was not asked to.
ACCEPTED: Final = "gzip, deflate"
#: So much is unpacked in one step.
_STEP: Final = 64 * 1024
#: gzip or zlib, told by the first bytes; and deflate without a head, as some servers send it.
_MARKED: Final = 47
_BARE: Final = -15


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """A body as it was before it was packed.

    Args:
        chunks: as they come in.
        encoding: the header Content-Encoding.
        limit: bytes, both as sent and unpacked.

    Raises:
        FetchError: it is larger, packed in another way, or breaks off.
    """
    sent = _counted(chunks, limit)
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return b"".join(sent)
    if name not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"is packed as {name[:40]!r}, which was not asked for", permanent=True)
    whole = bytearray()
    try:
        for part in _unpacked(sent, _MARKED):
            whole += part
            if len(whole) > limit:
                raise too_large(limit)
    except zlib.error as error:
        raise FetchError(f"is packed wrongly: {error}", permanent=True) from error
    return bytes(whole)


def too_large(limit: int) -> FetchError:
    """The refusal of a body above the limit, in bytes."""
    size = f"{limit / 1024 / 1024:.3g} MB" if limit >= 1024 * 1024 else f"{limit} bytes"
    return FetchError(f"is larger than {size}", permanent=True)


def _counted(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise too_large(limit)
        yield chunk


def _unpacked(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    """Step by step; several packed parts one after another are one body.

    Raises:
        zlib.error: these are no packed bytes.
        FetchError: the packed bytes break off.
    """
    unpack = zlib.decompressobj(window)
    begun = False
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpack.eof:
                if not rest.strip(b"\0"):  # padding behind the end
                    break
                unpack = zlib.decompressobj(window)
            try:
                part = unpack.decompress(rest, _STEP)
            except zlib.error:
                if begun or window == _BARE:
                    raise
                window = _BARE
                unpack = zlib.decompressobj(window)
                part = unpack.decompress(rest, _STEP)
            begun = True
            yield part
            rest = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    if begun and not unpack.eof:
        raise FetchError("breaks off in the middle", permanent=False)
