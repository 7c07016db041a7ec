"""Keras's random layers of the paper's Table 1, written again in plain numpy from their documentation and TensorFlow's kernels.

pip install pillow numpy
python keras.py           (writes keras.json and keras.N.f32 beside this file)

keras.json is a list of draws, keras.N.f32 what the N-th makes of `source.png`: H x W x 3 levels in float32. A draw goes through rotation,
translation across, translation down and zoom, each an ImageProjectiveTransformV3 of its own (bilinear, fill mode "reflect"), through the
mirror images, and through tf.image.adjust_contrast, clipped to 0...255. Numbers are float64 here, float32 in TensorFlow.
"""
import json
import math
import os

import numpy
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def reflect(coordinate, length):
    """MapCoordinate<Mode::FILL_REFLECT> of tensorflow/core/kernels/image/image_ops.h."""
    double = 2 * length
    if coordinate < 0:
        if coordinate < double:
            coordinate = double * int(-coordinate / double) + coordinate
        coordinate = coordinate + double if coordinate < -length else -coordinate - 1
    elif coordinate > length - 1:
        coordinate -= double * int(coordinate / double)
        if coordinate >= length:
            coordinate = double - coordinate - 1
    return min(max(coordinate, 0), length - 1)


def transform(picture, a0, a1, a2, b0, b1, b2):
    """Output (x, y) is input (a0 x + a1 y + a2, b0 x + b1 y + b2)."""
    height, width, _ = picture.shape
    result = numpy.zeros_like(picture)

    def read(y, x):
        return picture[y, x] if 0 <= y < height and 0 <= x < width else numpy.zeros(3)

    for y in range(height):
        for x in range(width):
            fx = reflect(a0 * x + a1 * y + a2, width)
            fy = reflect(b0 * x + b1 * y + b2, height)
            left, top = math.floor(fx), math.floor(fy)
            upper = (left + 1 - fx) * read(top, left) + (fx - left) * read(top, left + 1)
            lower = (left + 1 - fx) * read(top + 1, left) + (fx - left) * read(top + 1, left + 1)
            result[y, x] = (top + 1 - fy) * upper + (fy - top) * lower
    return result


def rotation(picture, angle):
    """get_rotation_matrix"""
    height, width, _ = picture.shape
    cos, sin = math.cos(angle), math.sin(angle)
    x = ((width - 1) - (cos * (width - 1) - sin * (height - 1))) / 2
    y = ((height - 1) - (sin * (width - 1) + cos * (height - 1))) / 2
    return transform(picture, cos, -sin, x, sin, cos, y)


def translation(picture, x, y):
    """get_translation_matrix, of parts of the width and height"""
    height, width, _ = picture.shape
    return transform(picture, 1, 0, -x * width, 0, 1, -y * height)


def zoom(picture, x, y):
    """get_zoom_matrix"""
    height, width, _ = picture.shape
    return transform(picture, x, 0, (width - 1) / 2 * (1 - x), 0, y, (height - 1) / 2 * (1 - y))


def contrast(picture, factor):
    mean = picture.mean(axis=(0, 1))
    return numpy.clip((picture - mean) * factor + mean, 0, 255)


PLAIN = {"angle": 0, "across": 0, "down": 0, "zoomX": 1, "zoomY": 1, "mirrorX": False, "mirrorY": False, "contrast": 1}
DRAWS = [
    {"angle": 0.7},
    {"angle": -2.5},
    {"across": 0.17, "down": -0.2},
    {"zoomX": 1.2, "zoomY": 0.83},
    {"mirrorX": True, "contrast": 1.2},
    {"mirrorY": True, "contrast": 0.8},
    {"angle": 2.1, "across": -0.11, "down": 0.19, "zoomX": 0.9, "zoomY": 1.15, "mirrorX": True, "mirrorY": True,
     "contrast": 1.13},
]
DRAWS = [PLAIN | draw for draw in DRAWS]
source = numpy.asarray(Image.open(f"{HERE}/source.png").convert("RGB")).astype(numpy.float64)
for index, draw in enumerate(DRAWS):
    picture = rotation(source, draw["angle"])
    picture = translation(picture, draw["across"], 0)
    picture = translation(picture, 0, draw["down"])
    picture = zoom(picture, draw["zoomX"], draw["zoomY"])
    if draw["mirrorX"]:
        picture = picture[:, ::-1]
    if draw["mirrorY"]:
        picture = picture[::-1]
    contrast(picture, draw["contrast"]).astype("<f4").tofile(f"{HERE}/keras.{index}.f32")
json.dump(DRAWS, open(f"{HERE}/keras.json", "w"), indent=1)
