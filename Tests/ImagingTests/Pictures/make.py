"""Pictures in the formats that a process of its own decodes, and the pixels that are in them.

apt-get install libavif-bin libheif-examples libjxl-tools; pip install pillow numpy
python make.py            (writes the files beside this one, from the project's own samples)

x.FORMAT is the file. The pixels are in x.WxH.rgb: what Pillow decodes, or the source itself where Pillow does not read the format. An
animation has x.0.WxH.rgb, x.1.WxH.rgb and so on, for the frames that differ.
"""
import glob
import os
import struct
import subprocess
import tempfile

import numpy
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = f"{HERE}/../../../samples/enroll"
W, H = 40, 30
first, second, third = (
    Image.open(path).convert("RGB").resize((W, W), Image.BILINEAR).crop((0, 2, W, H + 2))
    for path in sorted(glob.glob(f"{SAMPLES}/*/1.png"))[:3])
alpha = Image.fromarray((numpy.add.outer(numpy.arange(H) * 5, numpy.arange(W) * 3) % 256).astype(numpy.uint8))
clear = first.copy()
clear.putalpha(alpha)


def over_white(image):
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image).convert("RGB")


def expect(stem, image):
    image = over_white(image)
    open(f"{HERE}/{stem}.{image.width}x{image.height}.rgb", "wb").write(image.tobytes())


def save(image, name, **options):
    """Saves with Pillow, and expects what Pillow reads."""
    image.save(f"{HERE}/{name}", **options)
    expect(name.split(".")[0], ImageOps.exif_transpose(Image.open(f"{HERE}/{name}")))


def encode(image, name, *words, source="png", **options):
    """Saves with a command: the words, in which IN and OUT stand for the files. Expects the source itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/source.{source}"
        image.save(path, **options)
        places = {"IN": path, "OUT": f"{HERE}/{name}"}
        subprocess.run([places.get(word, word) for word in words], check=True, capture_output=True)
        expect(name.split(".")[0], ImageOps.exif_transpose(Image.open(path)))


def animate(name, frames, kept, **options):
    """Saves an animation, and expects the frames with these numbers."""
    frames[0].save(f"{HERE}/{name}", save_all=True, append_images=frames[1:], **options)
    opened = Image.open(f"{HERE}/{name}")
    for place, number in enumerate(kept):
        opened.seek(number)
        expect(f"{name.split('.')[0]}.{place}", opened)


def orientation(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


# A frame that hardly differs: one pixel.
touched = first.copy()
touched.putpixel((3, 3), (0, 0, 0))
# A frame in which only a part differs.
partly = first.copy()
partly.paste(third.crop((10, 5, 30, 25)), (10, 5))

palette = first.quantize(32)
save(palette, "gif-still.gif", interlace=0)
save(palette, "gif-interlaced.gif", interlace=1)
transparent = palette.copy()
save(transparent, "gif-transparent.gif", transparency=palette.getpixel((0, 0)))
frames = [image.quantize(32) for image in (first, touched, partly, second, first)]
animate("gif-animation.gif", frames, [0, 2, 3], duration=[100, 200, 300, 400, 500], loop=0)
animate("gif-disposed.gif", frames, [0, 2, 3], duration=50, disposal=[1, 2, 3, 2, 1], loop=0)

frames = [first, touched, partly, second, first]
animate("webp-animation.webp", frames, [0, 2, 3], duration=[100, 200, 300, 400, 500], lossless=True)
animate("apng-animation.png", frames, [0, 2, 3], duration=[100, 200, 300, 400, 500])
faded = [clear, partly, second.convert("RGBA")]
animate("apng-blended.png", [image.convert("RGBA") for image in faded], [0, 1, 2], duration=100, blend=1, disposal=[0, 2, 0])
clear.save(f"{HERE}/apng-default.png", save_all=True, default_image=True, append_images=[second, third], duration=70)
opened = Image.open(f"{HERE}/apng-default.png")
for number in (1, 2):
    opened.seek(number)
    expect(f"apng-default.{number - 1}", opened)

save(first, "avif-color.avif", quality=90, subsampling="4:4:4")
save(clear, "avif-alpha.avif", quality=95, subsampling="4:4:4")
save(first.convert("L"), "avif-gray.avif", quality=95)
animate("avif-animation.avif", frames, [0, 2, 3], duration=[100, 200, 300, 400, 500], quality=90, subsampling="4:4:4")
encode(first, "avif-deep.avif", "avifenc", "-d", "10", "-y", "444", "--min", "0", "--max", "4", "IN", "OUT")
for number, (irot, imir) in {2: (None, 1), 3: (2, None), 4: (None, 0), 5: (1, 0), 6: (3, None), 7: (1, 1), 8: (1, None)}.items():
    name = f"avif-turned-{number}.avif"
    turns = (["--irot", str(irot)] if irot is not None else []) + (["--imir", str(imir)] if imir is not None else [])
    encode(first, name, "avifenc", "-y", "444", "--min", "0", "--max", "4", *turns, "IN", "OUT")
    tagged = first.copy()
    tagged.getexif()[0x0112] = number
    for old in glob.glob(f"{HERE}/avif-turned-{number}.*.rgb"):
        os.remove(old)
    expect(f"avif-turned-{number}", ImageOps.exif_transpose(tagged))

encode(first, "heic-color.heic", "heif-enc", "-q", "95", "-p", "chroma=444", "IN", "-o", "OUT")
encode(clear, "heic-alpha.heic", "heif-enc", "-q", "95", "-p", "chroma=444", "IN", "-o", "OUT")
def turn(name, box, number):
    """heif-enc writes no rotation, so one is added to its file: to the properties (ipco), and to those of the main item (ipma)."""
    file = bytearray(open(f"{HERE}/heic-color.heic", "rb").read())

    def change(at, size, by):
        file[at:at + size] = (int.from_bytes(file[at:at + size], "big") + by).to_bytes(size, "big")

    meta, places, properties, owners = (file.index(name) - 4 for name in (b"meta", b"iloc", b"ipco", b"ipma"))
    # The main item's entry, the last one: its number, how many properties it has, and the numbers of these.
    end = owners + int.from_bytes(file[owners:owners + 4], "big")
    entry = file.index(b"\0\2\2", owners, end)
    index = 1 + max(number & 0x7F for number in file[entry + 3:end])
    change(entry + 2, 1, 1)
    file[end:end] = bytes((0x80 | index,))
    for at, by in ((meta, 10), (file.index(b"iprp") - 4, 10), (properties, 9), (owners, 1)):
        change(at, 4, by)
    # Where the first item's data begin, after the counts and three 16-bit numbers; the main item's are in the header.
    change(places + 22, 4, 10)
    file[owners:owners] = box
    open(f"{HERE}/{name}", "wb").write(file)
    tagged = first.copy()
    tagged.getexif()[0x0112] = number
    expect(name.split(".")[0], ImageOps.exif_transpose(tagged))


turn("heic-turned.heic", struct.pack(">I4sB", 9, b"irot", 3), 6)
turn("heic-mirrored.heic", struct.pack(">I4sB", 9, b"imir", 1), 2)

encode(first, "jxl-lossless.jxl", "cjxl", "-d", "0", "IN", "OUT")
encode(clear, "jxl-alpha.jxl", "cjxl", "-d", "0", "IN", "OUT")
encode(first.convert("L"), "jxl-gray.jxl", "cjxl", "-d", "0", "IN", "OUT")
encode(first, "jxl-lossy.jxl", "cjxl", "-d", "0.3", "IN", "OUT")
encode(first, "jxl-turned.jxl", "cjxl", "IN", "OUT", source="jpg", quality=98, subsampling=0, exif=orientation(6))
# cjxl 0.7 misreads animations whose frames are parts of the picture. Corners that always change make each frame whole.
whole = [image.copy() for image in frames]
for number, image in enumerate(whole):
    for corner in ((0, 0), (W - 1, H - 1)):
        image.putpixel(corner, (number * 9, 0, 0))
with tempfile.TemporaryDirectory() as folder:
    whole[0].save(f"{folder}/a.png", save_all=True, append_images=whole[1:], duration=[100, 200, 300, 400, 500])
    subprocess.run(["cjxl", "-d", "0", f"{folder}/a.png", f"{HERE}/jxl-animation.jxl"], check=True, capture_output=True)
    for place, number in enumerate((0, 2, 3)):
        expect(f"jxl-animation.{place}", whole[number])

save(first, "bmp-color.bmp")
save(first.quantize(200), "bmp-palette.bmp")
save(first.convert("1"), "bmp-one-bit.bmp")
save(clear, "bmp-alpha.bmp")


def bitmap(name, bits, compression, colors, data, height=H):
    head = struct.pack("<IiiHHIIiiII", 40, W, height, 1, bits, compression, len(data), 0, 0, len(colors) // 4, 0)
    file = b"BM" + struct.pack("<IHHI", 54 + len(colors) + len(data), 0, 0, 54 + len(colors)) + head + colors + data
    open(f"{HERE}/{name}", "wb").write(file)
    expect(name.split(".")[0], Image.open(f"{HERE}/{name}"))


def colors_of(image, count):
    flat = (image.getpalette() + [0] * 1024)[:count * 3]
    return b"".join(bytes((flat[i * 3 + 2], flat[i * 3 + 1], flat[i * 3], 0)) for i in range(count))


few = first.quantize(16)
rows = numpy.array(few)[::-1]
# Every row begins with a run and goes on with single pixels; the last row moves on instead of ending.
runs8, runs4 = b"", b""
for number, row in enumerate(rows):
    start = 1
    while start < 20 and row[start] == row[0]:
        start += 1
    rest = row[start:].tolist()
    runs8 += bytes((start, row[0])) + bytes((0, len(rest))) + bytes(rest) + b"\0" * (len(rest) % 2)
    packed = bytes(high << 4 | low for high, low in zip(rest[::2], rest[1::2] + [0] * (len(rest) % 2)))
    runs4 += bytes((start, row[0] * 17)) + bytes((0, len(rest))) + packed + b"\0" * (len(packed) % 2)
    end = b"\0\1" if number == H - 1 else b"\0\0"
    runs8, runs4 = runs8 + end, runs4 + end
bitmap("bmp-runs-8.bmp", 8, 1, colors_of(few, 16), runs8)
bitmap("bmp-runs-4.bmp", 4, 2, colors_of(few, 16), runs4)
values = numpy.array(first)[::-1].astype(numpy.uint16)
bitmap("bmp-16.bmp", 16, 0, b"", (values[..., 0] >> 3 << 10 | values[..., 1] >> 3 << 5 | values[..., 2] >> 3).astype("<u2").tobytes())
top = numpy.array(first)[..., ::-1]
bitmap("bmp-from-top.bmp", 24, 0, b"", top.tobytes(), height=-H)

save(first, "tiff-lzw.tiff", compression="tiff_lzw")
save(first, "tiff-jpeg.tiff", compression="jpeg", quality=95)
save(clear, "tiff-alpha.tiff", compression="tiff_deflate")
save(first.quantize(64), "tiff-palette.tiff", compression="packbits")
save(first.convert("1"), "tiff-one-bit.tiff", compression="group4")
deep = numpy.array(first.convert("L")).astype(numpy.uint16) * 257
Image.fromarray(deep).save(f"{HERE}/tiff-deep.tiff", compression="tiff_lzw")
expect("tiff-deep", first.convert("L"))
for number in range(2, 9):
    tagged = first.copy()
    tagged.save(f"{HERE}/tiff-turned-{number}.tiff", compression="tiff_lzw", tiffinfo={274: number})
    tagged.getexif()[0x0112] = number
    expect(f"tiff-turned-{number}", ImageOps.exif_transpose(tagged))
Image.fromarray(numpy.ones((H, W), numpy.float32)).save(f"{HERE}/float.refused-tiff", format="TIFF")
