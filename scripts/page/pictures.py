"""Pictures that differ from the samples in their bytes only."""

import struct
import zlib


def unlike(picture, number):
    """A PNG file with the same pixels and a text of its own."""
    data = picture.read_bytes()
    text = b"tEXtComment\0" + str(number).encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return data[:-12] + chunk + data[-12:]
