"""Median milliseconds in which other programs find the faces in a picture of WIDTH×HEIGHT pixels, as JSON. Usage: finders.py IMAGE WIDTH HEIGHT

pip install animeface "pillow<10" opencv-python-headless; what is not installed is left out. OpenCV's cascade needs its file of anime faces,
which ANIWHO_CASCADE names.
"""
import json
import os
import sys

from PIL import Image

from timing import median


def animeface(picture):
    import animeface
    return median(lambda: animeface.detect(picture))


def cascade(picture):
    import cv2
    import numpy
    finder = cv2.CascadeClassifier(os.environ["ANIWHO_CASCADE"])
    cv2.setNumThreads(2)
    gray = cv2.equalizeHist(numpy.asarray(picture.convert("L")))
    return median(lambda: finder.detectMultiScale(gray, scaleFactor=1.1, minNeighbors=5, minSize=(24, 24)))


picture = Image.open(sys.argv[1]).convert("RGB").resize((int(sys.argv[2]), int(sys.argv[3])))
row = {}
for finder in (animeface, cascade):
    try:
        row[finder.__name__] = finder(picture)
    except (ImportError, KeyError):
        pass
print(json.dumps(row))
