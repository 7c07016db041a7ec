"""Checks what must hold for a registry, with plain SQL and arithmetic instead of AniWho's own code."""

import hashlib
import json
import math
import os
import sqlite3
import struct
import tempfile
import time

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
        for _ in range(40):
            answers = service.json("classify", *self.pictures)
            database = connect(service)
            try:
                name, model, metadata = database.execute(
                    "SELECT name, id, metadata FROM models WHERE active = 1").fetchone()
                prototypes = _means(database, "prototypes", model)
                appearances = _means(database, "appearances", model)
                stored = database.execute("SELECT identity, value FROM calibrations WHERE model = ?", (model,)).fetchone()
            finally:
                database.close()
            made = {answer["calibration"] for answer in answers}
            # A change of the model that goes on by itself, or a calibration after changes, may end between the answers and the reading.
            models = {answer["model"] for answer in answers}
            if models == {name} and (made == {"model"} or (stored and made == {stored[0][:12]})):
                break
            time.sleep(0.5)
        else:
            need(
                False,
                f"answers name {models} and the calibrations {made}; the registry has {name} and {stored and stored[0]}")
        covariance = None
        if made != {"model"}:
            covariance = json.loads(stored[1])["rule"]["covariance"]
        elif "decision" in json.loads(metadata):
            covariance = json.loads(json.loads(metadata)["decision"])["covariance"]
        for answer, embedding in zip(answers, self.embeddings[name], strict=True):
            self._check(answer, embedding, name, prototypes, appearances, covariance)
        return len(answers)

    @staticmethod
    def _check(answer, embedding, name, prototypes, appearances, covariance):
        picture = answer["image"]
        need(answer["model"] == name, f"{picture}: {answer['model']} answers, {name} is active")
        if answer["head"] in ("posterior", "mean"):
            for candidate in answer["candidates"]:
                length = distance(embedding, prototypes[candidate["character"]][0][0])
                need(abs(candidate["distance"] - length) < 2e-3, f"{picture}: a distance is wrong")
        if answer["threshold"] is None:
            need(not answer["unknown"], f"{picture}: unknown without a threshold")
            return
        if covariance is None:
            return
        posterior = posteriors(embedding, prototypes, appearances, covariance)
        stranger = posterior.pop(None)
        need(abs(answer["stranger_probability"] - stranger) < 5e-3, f"{picture}: the stranger's probability is wrong")
        likeliest = max(posterior, key=posterior.get)
        if abs(posterior[likeliest] - answer["threshold"]) > 5e-3:
            need(answer["unknown"] == (posterior[likeliest] < answer["threshold"]), f"{picture}: unknown is wrong")
        if not answer["unknown"] and answer["head"] == "posterior":
            need(
                posterior[likeliest] - posterior[answer["character"]] < 5e-3,
                f"{picture}: named {answer['character']}, not {likeliest}")


def _means(database, table, model):
    """The means of each character, and of how many images each is."""
    means = {}
    for who, blob, count in database.execute(
        f"SELECT c.name, m.vector, m.count FROM {table} m JOIN characters c ON c.id = m.character WHERE m.model = ? AND m.head = 'mean'",
        (model,),
    ):
        means.setdefault(who, []).append((vector(blob), count))
    return means


def posteriors(embedding, prototypes, appearances, covariance):
    """The probability of each character, and under None that of a stranger (docs/answers.md, Appearances and The decision)."""
    between, within, dimensions = (covariance[key] for key in ("between", "within", "dimensions"))

    def likelihood(center, variance):
        return -dimensions / 2 * (sum((x - c) ** 2 for x, c in zip(embedding, center)) / variance + math.log(variance))

    def of_mean(mean, count):
        shrinkage = count * between / (count * between + within)
        variance = within + between * within / (count * between + within)
        return likelihood([shrinkage * m for m in mean], variance)

    def of_character(who):
        (mean, count), = prototypes[who]
        if who not in appearances:
            return of_mean(mean, count)
        # A group's mean is drawn halfway to the mean of all, and counts as its own images and half of the others.
        return logarithm_of_sum(
            math.log(own / count) + of_mean([(x + m) / 2 for x, m in zip(group, mean)], own + (count - own) / 2)
            for group, own in appearances[who])

    logarithms = {None: likelihood([0.0] * len(embedding), between + within) + math.log(0.5)}
    for who in prototypes:
        logarithms[who] = of_character(who) + math.log(0.5 / len(prototypes))
    total = logarithm_of_sum(logarithms.values())
    return {who: math.exp(value - total) for who, value in logarithms.items()}


def logarithm_of_sum(logarithms):
    logarithms = list(logarithms)
    highest = max(logarithms)
    return highest + math.log(sum(math.exp(value - highest) for value in logarithms))
