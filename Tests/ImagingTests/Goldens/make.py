"""Pictures in every form that is read, and what Pillow makes of them.

pip install pillow numpy torch torchvision
python make.py            (writes the files beside this one)

x.png / x.jpg / x.webp is the file, x.rgb the pixels that Pillow decodes (alpha over white, EXIF orientation applied).
resize.WxH.rgb is `source.png` resized with Image.BILINEAR, crop.X,Y,W,H.WxH.rgb a part of it.
<operation>.<factor>.rgb is `colors.png` after torchvision's operation of that name on the Pillow image.
random-crop.json says where torchvision's default RandomResizedCrop falls on pictures of several shapes.
"""
import json
import os

import numpy
import torch
from PIL import Image, ImageOps
from torchvision.transforms import RandomResizedCrop, functional

HERE = os.path.dirname(os.path.abspath(__file__))
rng = numpy.random.default_rng(7)
H, W = 37, 53
y, x = numpy.mgrid[0:H, 0:W]
base = numpy.stack([x * 255 / W, y * 255 / H, 127 + 100 * numpy.sin(x / 5 + y / 7)], -1)
base[8:20, 10:30] = (230, 40, 90)
base = numpy.clip(base + rng.normal(0, 6, base.shape), 0, 255).astype(numpy.uint8)
rgb = Image.fromarray(base)
alpha = Image.fromarray(numpy.clip((x * 7 + y * 3) % 300, 0, 255).astype(numpy.uint8))
rgba = rgb.copy()
rgba.putalpha(alpha)


def over_white(image):
    image = ImageOps.exif_transpose(image).convert("RGBA")
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB")


def save(image, name, **options):
    path = f"{HERE}/{name}"
    image.save(path, **options)
    decoded = over_white(Image.open(path))
    stem = os.path.splitext(path)[0]
    open(stem + f".{decoded.width}x{decoded.height}.rgb", "wb").write(decoded.tobytes())


save(rgb, "source.png")
save(rgba, "png-rgba.png")
save(rgb.convert("L"), "png-gray.png")
save(rgba.convert("LA"), "png-gray-alpha.png")
save(rgb.convert("P", palette=Image.ADAPTIVE), "png-palette.png")
save(rgb.convert("1"), "png-one-bit.png")
for quality, name, sub in ((95, "jpeg-444", 0), (80, "jpeg-420", 2)):
    save(rgb, f"{name}.jpg", quality=quality, subsampling=sub)
save(rgb, "jpeg-progressive.jpg", quality=90, progressive=True, subsampling=0)
save(rgb.convert("L"), "jpeg-gray.jpg", quality=92)
save(rgb.convert("CMYK"), "jpeg-cmyk.jpg", quality=95)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(rgb, f"jpeg-exif-{orientation}.jpg", quality=95, subsampling=0, exif=exif)
save(rgb, "webp-lossy.webp", quality=90)
save(rgb, "webp-lossless.webp", lossless=True)
save(rgba, "webp-alpha.webp", lossless=True, exact=True)
for size in ((96, 96), (20, 20), (7, 11), (53, 12), (106, 37), (1, 1), (84, 30), (13, 74)):
    out = rgb.resize(size, Image.BILINEAR)
    open(f"{HERE}/resize.{size[0]}x{size[1]}.rgb", "wb").write(out.tobytes())
for part, size in (((5, 3, 30, 20), 24), ((20, 0, 24, 37), 24), ((0, 13, 53, 24), 24), ((29, 13, 24, 24), 24),
                   ((40, 30, 3, 2), 12)):
    left, top, width, height = part
    out = functional.resized_crop(rgb, top, left, height, width, [size, size])
    open(f"{HERE}/crop.{','.join(map(str, part))}.{size}x{size}.rgb", "wb").write(out.tobytes())

# Colors from all over the cube, with its corners, grays and what lies just beside them.
levels = numpy.array([0, 1, 2, 127, 128, 254, 255], numpy.uint8)
edges = numpy.stack(numpy.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 3)
colors = numpy.concatenate([edges, rng.integers(0, 256, (45 * 30 - len(edges), 3), dtype=numpy.uint8)])
colors = Image.fromarray(colors.reshape(30, 45, 3))
save(colors, "colors.png")
for name, factors in (("brightness", (0.0, 0.61, 1.37)), ("contrast", (0.0, 0.66, 1.39)),
                      ("saturation", (0.0, 0.63, 1.4)), ("hue", (-0.31, 0.07, 0.5))):
    for factor in factors:
        out = getattr(functional, f"adjust_{name}")(colors, factor)
        open(f"{HERE}/{name}.{factor}.45x30.rgb", "wb").write(out.tobytes())
open(f"{HERE}/grayscale.45x30.rgb", "wb").write(functional.rgb_to_grayscale(colors, 3).tobytes())

torch.manual_seed(7)
crops = []
for width, height in ((112, 112), (112, 60), (30, 112)):
    image = Image.new("RGB", (width, height))
    draws = [RandomResizedCrop.get_params(image, (0.08, 1.0), (3 / 4, 4 / 3)) for _ in range(100_000)]
    draws = numpy.array(draws, float)[:, [1, 0, 3, 2]]
    crops.append({"size": [width, height], "mean": draws.mean(0).tolist(), "deviation": draws.std(0).tolist()})
with open(f"{HERE}/random-crop.json", "w") as file:
    json.dump({"draws": 100_000, "order": "x y width height", "crops": crops}, file)
