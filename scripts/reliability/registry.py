"""Checks what must hold for a registry, with plain SQL and arithmetic instead of AniWho's own code."""

import hashlib
import json
import math
import os
import sqlite3
import struct
import tempfile

from .service import need, sample_pictures


def connect(service):
    return sqlite3.connect(f"file:{service.data}/aniwho.db?mode=ro", uri=True, timeout=30)


def vector(blob):
    return struct.unpack(f"<{len(blob) // 4}f", blob)


def distance(a, b):
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)))


def check(service, acknowledged=()):
    """Checks every page, every reference, every acknowledged image and every prototype.

    acknowledged: pairs (image number, SHA-256) that the daemon has reported as enrolled.
    """
    database = connect(service)
    try:
        need(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "SQLite finds damage")
        need(not database.execute("PRAGMA foreign_key_check").fetchall(), "a foreign key refers to a missing row")
        stored = {}
        for number, digest, data in database.execute(
            "SELECT i.id, i.sha256, f.bytes FROM images i LEFT JOIN image_files f ON f.image = i.id"
        ):
            need(data is not None, f"image {number} has no bytes")
            need(hashlib.sha256(data).hexdigest() == digest, f"image {number} has other bytes")
            stored[number] = digest
        for number, digest in acknowledged:
            need(stored.get(number) == digest, f"image {number} was acknowledged and is lost")
        models = database.execute("SELECT id, dimensions FROM models WHERE active = 1").fetchall()
        need(len(models) == 1, f"{len(models)} models are active")
        _check_prototypes(database, *models[0])
    finally:
        database.close()
    return len(stored)


def _check_prototypes(database, model, dimensions):
    """Checks that the prototype of each character is the mean of the embeddings of all its images."""
    vectors = {}
    for character, image, blob in database.execute(
        "SELECT i.character, i.id, e.vector FROM images i LEFT JOIN embeddings e ON e.image = i.id AND e.model = ?",
        (model,),
    ):
        need(blob is not None and len(blob) == 4 * dimensions, f"image {image} has no embedding of the active model")
        vectors.setdefault(character, []).append(vector(blob))
    prototypes = database.execute(
        "SELECT character, vector, count, spread FROM prototypes WHERE model = ? AND head = 'mean'", (model,)).fetchall()
    need({row[0] for row in prototypes} == set(vectors), "a character has images and no prototype, or the reverse")
    for character, blob, count, spread in prototypes:
        supports = vectors[character]
        need(count == len(supports), f"a prototype counts {count} images of {len(supports)}")
        mean = [sum(values) / count for values in zip(*supports)]
        need(distance(vector(blob), mean) < 1e-4, "a prototype is not the mean of its images")
        squares = sum(distance(support, mean) ** 2 for support in supports) / count
        need(abs(math.sqrt(squares) - spread) < 1e-3, "a prototype's spread is not that of its images")


class Probes:
    """Pictures with their embeddings under each model, to compute the answers that the daemon must give."""

    def __init__(self, service, models):
        self.pictures = sample_pictures("ask") + sample_pictures("strangers")
        self.embeddings = {model: self._embed(service, model) for model in models}

    def _embed(self, service, model):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "e.safetensors")
            service.do("embed", *self.pictures, "--model", model, "--output", path)
            with open(path, "rb") as file:
                data = file.read()
        length = struct.unpack("<Q", data[:8])[0]
        shape = json.loads(data[8:8 + length])["features"]["shape"]
        need(shape[0] == len(self.pictures), "embed left out a picture")
        body, row = data[8 + length:], 4 * shape[1]
        return [vector(body[i * row:(i + 1) * row]) for i in range(shape[0])]

    def check(self, service):
        """Classifies all pictures and compares each answer with the stored prototypes. Returns the number of pictures."""
        answers = service.json("classify", *self.pictures)
        database = connect(service)
        try:
            name, model = database.execute("SELECT name, id FROM models WHERE active = 1").fetchone()
            prototypes = [(who, vector(blob)) for who, blob in database.execute(
                "SELECT c.name, p.vector FROM prototypes p JOIN characters c ON c.id = p.character WHERE p.model = ?",
                (model,))]
        finally:
            database.close()
        for answer, embedding in zip(answers, self.embeddings[name], strict=True):
            picture = answer["image"]
            need(answer["model"] == name, f"{picture}: {answer['model']} answers, {name} is active")
            expected = sorted((distance(embedding, mean), who) for who, mean in prototypes)
            # The distances of other heads are not those to the means.
            isMean = answer["head"] == "mean"
            for candidate, (length, _) in zip(answer["candidates"], expected) if isMean else ():
                need(abs(candidate["distance"] - length) < 2e-3, f"{picture}: a distance is wrong")
            need(abs(answer["mean_distance"] - expected[0][0]) < 2e-3, f"{picture}: the distance to the means is wrong")
            nearest = {who for length, who in expected if length - expected[0][0] < 2e-3}
            # A model without a radius and without calibration never answers "unknown".
            isUnknown = answer["radius"] is not None and answer["mean_distance"] > answer["radius"]
            need(answer["unknown"] == isUnknown, f"{picture}: unknown is wrong")
            need(isUnknown or not isMean or answer["character"] in nearest, f"{picture}: named {answer['character']}, not {nearest}")
        return len(answers)
