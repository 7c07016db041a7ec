"""Values and gradients of the detector's losses in numpy's longest floats, for numbers of the formula of ../../formula.py.

pip install numpy
python detection.py   (writes detection.json beside this file)

The gradients are central differences.
"""
import json
import os
import sys

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", ".."))

from formula import formula
LONG = numpy.longdouble


def focal(logit, target):
    p = 1 / (1 + numpy.exp(-logit))
    if target >= 1:
        return -((1 - p) ** 2) * numpy.log(p)
    return -((1 - target) ** 4) * p**2 * numpy.log(1 - p)


def giou(p, t):
    """Of boxes by their corners, as the paper's algorithm 1 has it."""
    a, b = (-p[0], -p[1], p[2], p[3]), (-t[0], -t[1], t[2], t[3])
    across = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    down = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    shared = across * down
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    around = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return 1 - (shared / union - (around - union) / around)


def slope(function, x):
    step = LONG(1e-7)
    return (function(x + step) - function(x - step)) / (2 * step)


logits = 6 * formula(1, 24, LONG)
targets = numpy.where(numpy.arange(24) % 4 == 0, LONG(1), (1 + formula(2, 24, LONG)) / 2)
predicted = 3 + LONG(2.5) * formula(3, 48, LONG).reshape(12, 4)
wanted = 3 + LONG(2.5) * formula(4, 48, LONG).reshape(12, 4)


def edge(box, target, place):
    def loss(x):
        moved = box.copy()
        moved[place] = x
        return giou(moved, target)

    return slope(loss, box[place])


golden = {
    "focal": [[float(focal(x, t)), float(slope(lambda v: focal(v, t), x))] for x, t in zip(logits, targets)],
    "giou": [[float(giou(p, t))] + [float(edge(p, t, i)) for i in range(4)] for p, t in zip(predicted, wanted)],
}
with open(os.path.join(HERE, "detection.json"), "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
