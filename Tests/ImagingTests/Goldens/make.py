"""Pictures in every form that is read, and what Pillow makes of them.

pip install pillow numpy
python make.py            (writes the files beside this one)

x.png / x.jpg / x.webp is the file, x.rgb the pixels that Pillow decodes (alpha over white, EXIF orientation applied).
resize-WxH.rgb is `source.png` resized with Image.BILINEAR.
"""
import os

import numpy
from PIL import Image, ImageOps

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
save(rgb.convert("L"), "png-grey.png")
save(rgba.convert("LA"), "png-grey-alpha.png")
save(rgb.convert("P", palette=Image.ADAPTIVE), "png-palette.png")
save(rgb.convert("1"), "png-one-bit.png")
for quality, name, sub in ((95, "jpeg-444", 0), (80, "jpeg-420", 2)):
    save(rgb, f"{name}.jpg", quality=quality, subsampling=sub)
save(rgb, "jpeg-progressive.jpg", quality=90, progressive=True, subsampling=0)
save(rgb.convert("L"), "jpeg-grey.jpg", quality=92)
save(rgb.convert("CMYK"), "jpeg-cmyk.jpg", quality=95)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(rgb, f"jpeg-exif-{orientation}.jpg", quality=95, subsampling=0, exif=exif)
save(rgb, "webp-lossy.webp", quality=90)
save(rgb, "webp-lossless.webp", lossless=True)
save(rgba, "webp-alpha.webp", lossless=True, exact=True)
rgb.save(f"{HERE}/webp-animation.animated", format="WEBP", save_all=True, append_images=[ImageOps.mirror(rgb)])
for size in ((96, 96), (20, 20), (7, 11), (53, 12), (106, 37), (1, 1), (84, 30), (13, 74)):
    out = rgb.resize(size, Image.BILINEAR)
    open(f"{HERE}/resize.{size[0]}x{size[1]}.rgb", "wb").write(out.tobytes())
