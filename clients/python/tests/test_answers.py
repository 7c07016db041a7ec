"""Naming pictures, over the socket and TCP, with both clients."""

from __future__ import annotations

import asyncio
import struct
import zlib
from pathlib import Path

import pytest
from conftest import NAMES, SAMPLES, Daemon, pictures

from aniwho import Answer, AsyncClient, Client, FaceMode, Upload, Verdict


def ask_all(daemon: Daemon, transport: str, kind: str) -> Answer:
    """The answer for one new picture of each character, by one kind of client."""
    asked = [pictures("ask", name)[0] for name in NAMES]
    if transport == "tcp":
        url, token, socket = daemon.url, daemon.token(f"{transport} {kind}", "reader"), None
    else:
        url, token, socket = None, None, daemon.socket
    if kind == "sync":
        with Client(socket, url=url, token=token) as client:
            return client.classify(*asked, top=3)

    async def later() -> Answer:
        async with AsyncClient(socket, url=url, token=token) as client:
            return await client.classify(*asked, top=3)

    return asyncio.run(later())


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("transport", ["socket", "tcp"])
def test_names_new_pictures(cast: Daemon, transport: str, kind: str) -> None:
    answer = ask_all(cast, transport, kind)
    assert answer.model == "mobilenetv2"
    assert [result.image for result in answer.results] == [str(pictures("ask", name)[0]) for name in NAMES]
    right = [result.character == name for result, name in zip(answer.results, NAMES)]
    assert sum(right) >= len(NAMES) - 2
    first = answer.results[0]
    assert [len(result.candidates) for result in answer.results] == [3] * len(NAMES)
    assert first.candidates[0].character == first.character and first.probability == first.candidates[0].probability
    assert first.nearest_images[0].source.endswith(".png")
    assert first.faces[0].candidates == first.candidates


def test_strangers_are_unknown(client: Client) -> None:
    answer = client.classify(*pictures("strangers"))
    assert all(result.unknown and result.character is None for result in answer.results)
    assert all(result.candidates and result.stranger_probability for result in answer.results)


def test_bytes_have_no_name_unless_they_are_given_one(client: Client) -> None:
    content = pictures("ask", NAMES[0])[0].read_bytes()
    assert client.classify(content).results[0].image is None
    assert client.classify(Upload("初音.png", content)).results[0].image == "初音.png"
    named, numbered = client.classify(Upload('a "b".png', content), content).results
    assert numbered.image == "picture 2" and named.character == numbered.character


def test_faces_and_boxes_are_chosen(client: Client) -> None:
    scene = SAMPLES / "scene.png"
    found = client.classify(scene, faces=FaceMode.FOUND).results[0]
    assert len(found.faces) > 1
    box = found.faces[1].box
    assert box and box.width > 0
    marked = client.classify(scene, boxes=[box]).results[0]
    assert marked.box == box and len(marked.faces) == 1
    assert client.classify(scene, face=2).results[0].box == box
    assert client.classify(scene, faces="whole").results[0].box is None


def test_together_similar_and_verify(client: Client) -> None:
    name = NAMES[0]
    together = client.classify_together(*pictures("ask", name))
    assert together.answer.character == name and 1 <= together.independent_images <= len(pictures("ask", name))
    similar = client.similar(pictures("enroll", name)[0], limit=2)
    assert [near.image.character for near in similar.results[0]][0] == name and similar.results[0][0].distance < 1e-3
    first = pictures("enroll", name)[0]
    assert client.verify(first, first).answer is Verdict.SAME
    other = client.verify(first, pictures("enroll", NAMES[1])[0], error=0.1)
    assert other.answer is not Verdict.SAME and other.bounds and other.bounds.allowed_error == 0.1


def animation(*files: Path) -> bytes:
    """Pictures of one size as an animated PNG, each shown for half a second."""
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header, frames, number = b"", b"", 0
    for index, file in enumerate(files):
        rest, chunks = file.read_bytes()[8:], []
        while rest:
            size = struct.unpack(">I", rest[:4])[0]
            chunks.append((rest[4:8], rest[8:8 + size]))
            rest = rest[12 + size:]
        header = dict(chunks)[b"IHDR"]
        frames += chunk(b"fcTL", struct.pack(">I", number) + header[:8] + struct.pack(">IIHHBB", 0, 0, 1, 2, 0, 0))
        number += 1
        for content in [content for kind, content in chunks if kind == b"IDAT"]:
            if index > 0:
                content, number = struct.pack(">I", number) + content, number + 1
            frames += chunk(b"fdAT" if index > 0 else b"IDAT", content)
    control = chunk(b"acTL", struct.pack(">II", len(files), 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + control + frames + chunk(b"IEND", b"")


def test_an_animation_is_named_with_times(client: Client) -> None:
    still = client.classify(pictures("ask", NAMES[0])[0]).results[0]
    assert still.milliseconds is None
    answer = client.classify(animation(*(pictures("ask", name)[0] for name in NAMES[:2])), faces="whole").results[0]
    assert {(face.character, face.milliseconds) for face in answer.faces} == {(NAMES[0], 0), (NAMES[1], 500)}
