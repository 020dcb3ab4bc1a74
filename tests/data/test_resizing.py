"""Pictures of more than 8 bits, of any colours and proportions, as arrays of one shape."""

import io
import math
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from gan_lab.data import decoders, pictures
from gan_lab.data.folder import Folder
from gan_lab.data.pictures import may_be_deep, open_levels
from gan_lab.data.resizing import Extent, Fitting, White, eight_bits
from gan_lab.errors import ConfigError


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def deep_png(levels_HWC):
    """A PNG of 16 bits per channel with 3 or 4 channels, which Pillow does not write."""
    height, width, channels = levels_HWC.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels_HWC)

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    kind = {3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def deep_tiff(levels_HWC):
    """An uncompressed TIFF of 16 bits per channel with 3 channels."""
    height, width, _ = levels_HWC.shape
    data = levels_HWC.astype("<u2").tobytes()
    bits = struct.pack("<HHH", 16, 16, 16)
    start = 8 + len(data)
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, start), (259, 3, 1, 1), (262, 3, 1, 2),
        (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(data)),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    directory = struct.pack("<H", len(entries)) + table + struct.pack("<I", 0)
    return struct.pack("<2sHI", b"II", 42, start + len(bits)) + data + bits + directory


RANDOM = np.random.default_rng(0)
TWELVE_BITS = RANDOM.integers(0, 4096, (16, 16, 3))
GRAY = TWELVE_BITS[..., 0]
WITH_OPACITY = np.dstack([TWELVE_BITS, GRAY * 16])


def test_what_may_have_more_than_eight_bits_is_seen_in_the_first_bytes():
    assert may_be_deep(gray("PNG")[:32])
    assert may_be_deep(gray("TIFF")[:32])
    assert may_be_deep(deep_png(TWELVE_BITS)[:32])
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM"):
        assert not may_be_deep(encoded(Image.new("L", (9, 9)), kind)[:32])


def gray(kind, number_type=np.uint16, **options):
    return encoded(Image.fromarray(GRAY.astype(number_type)), kind, **options)


@pytest.mark.parametrize(
    ("content", "levels"),
    [
        (gray("PNG"), GRAY),
        (gray("TIFF"), GRAY),
        (gray("TIFF", compression="tiff_lzw"), GRAY),
        (gray("TIFF", np.int32), GRAY),
        (gray("TIFF", np.float32), GRAY),
        (deep_png(TWELVE_BITS), TWELVE_BITS),
        (deep_png(WITH_OPACITY), WITH_OPACITY),
        (deep_tiff(TWELVE_BITS), TWELVE_BITS),
    ],
)
def test_every_bit_is_read(content, levels):
    with open_levels(content) as found:
        np.testing.assert_array_equal(found, levels)


def test_eight_bits_are_left_to_pillow():
    with open_levels(encoded(Image.new("RGB", (9, 9)), "TIFF")) as found:
        assert found is None


def write_all(root, contents):
    root.mkdir()
    for number, content in enumerate(contents):
        (root / f"{number}.png").write_bytes(content)
    return root


def loaded(path, **options):
    dataset = Folder(dir=str(path), size=16, **options)
    dataset.prepare()
    return dataset.load().pixels


@pytest.mark.parametrize("make", [deep_png, deep_tiff])
def test_twelve_bits_in_sixteen_become_eight_with_one_range_for_all(make, tmp_path, cache, capfd):
    dark = TWELVE_BITS // 8
    root = write_all(tmp_path / "own", [make(TWELVE_BITS), make(dark)])

    bright, darker = loaded(root).numpy().astype(int)

    expected = TWELVE_BITS.transpose(2, 0, 1) * 255 / 4095
    assert np.abs(bright - expected).max() <= 0.51
    assert np.abs(darker - dark.transpose(2, 0, 1) * 255 / 4095).max() <= 0.51
    highest = f"{TWELVE_BITS.max():,}"
    assert f"whole numbers up to {highest}, white is 4,095" in capfd.readouterr().err
    assert loaded(root, range="type").max() <= 16


def test_gray_of_twelve_bits_in_an_archive(tmp_path, cache):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr("a.png", gray("PNG"))
        archive.writestr("b.jpg", encoded(Image.new("L", (16, 16), 77), "JPEG", quality=100))

    deep, shallow = loaded(tmp_path / "own.zip", channels=1).numpy().astype(int)

    assert np.abs(deep[0] - GRAY * 255 / 4095).max() <= 0.51
    assert np.abs(shallow - 77).max() <= 1


@pytest.mark.parametrize(
    ("whole", "white"),
    [(0, 255), (200, 255), (256, 511), (4095, 4095), (4096, 8191), (65535, 65535)],
)
def test_white_is_the_largest_number_of_as_few_bits_as_hold_all(whole, white):
    extent = Extent()
    extent.see(np.array([[0, whole]], np.uint16))
    assert extent.white().whole == white


@pytest.mark.parametrize(
    ("numbers", "low", "high"),
    [
        ([0, 0.5], 0, 1),
        ([0, 1], 0, 1),
        ([-0.5, 1], -1, 1),
        ([0, 255], 0, 255),
        ([0, 300.5], 0, 511),
        ([-1000, 3000], -1000, 3000),
        ([0, math.inf, math.nan, 0.25], 0, 1),
        ([0, 1e30], 0, 1e30),
        ([-5, -5], -5, -4),
        ([0, 0.0625], 0, 0.0625),
        ([0, 0.05], 0, 0.0625),
        ([0, 0], 0, 1),
        ([0, 1e-38], 0, 1e-30),
    ],
)
def test_floats_have_a_range_too(numbers, low, high):
    extent = Extent()
    extent.see(np.array([numbers], np.float32))
    white = extent.white()
    assert (white.low, white.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("numbers", "pixels"),
    [
        ([-1000, 0, 3000], [0, 64, 255]),  # Hounsfield units
        ([-7, -7], [0, 0]),
        ([-32768, 32767], [0, 255]),
    ],
)
def test_negative_whole_numbers_are_not_all_black(numbers, pixels):
    extent, levels = Extent(), np.array([numbers], np.int32)
    extent.see(levels)
    assert eight_bits(levels, extent.white()).tolist() == [pixels]
    assert f"whole numbers from {min(numbers):,} to" in str(extent)


def test_black_and_white_are_the_ends_and_nothing_wraps_around():
    white = White(whole=1023, low=-1, high=3)
    assert eight_bits(np.array([-7, 0, 511, 1023, 9999]), white).tolist() == [0, 0, 127, 255, 255]
    floats = np.array([-9, -1, 1, 3, 99, np.nan, np.inf], np.float32)
    assert eight_bits(floats, white).tolist() == [0, 0, 128, 255, 255, 64, 255]


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_read(kind):
    first, second = Image.new("RGB", (16, 16), (200, 0, 0)), Image.new("RGB", (16, 16), (0, 200, 0))
    content = encoded(first, kind, save_all=True, append_images=[second])
    pixels = Fitting(16, 16).decode(content).pixels
    assert np.abs(pixels[:, 8, 8].astype(int) - [200, 0, 0]).max() <= 3


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_tiffs_of_many_kinds_are_read(mode, compression):
    picture = Image.new("RGB", (16, 16), "white").convert(mode)
    content = encoded(picture, "TIFF", compression=compression)
    assert (Fitting(16, 16).decode(content).pixels >= 254).all()


CLEAR = encoded(Image.new("RGBA", (16, 16), (255, 0, 0, 0)))
HALF = encoded(Image.new("RGBA", (16, 16), (255, 0, 0, 128)))


@pytest.mark.parametrize(
    ("background", "colour"),
    [
        ("white", (255, 255, 255)),
        ("black", (0, 0, 0)),
        ("#ff8000", (255, 128, 0)),
        ([1, 2, 3], (1, 2, 3)),
    ],
)
def test_a_background_shows_through(background, colour, tmp_path, cache):
    root = write_all(tmp_path / "own", [CLEAR])
    assert loaded(root, background=background)[0, :, 3, 3].tolist() == list(colour)


def test_opacity_may_be_kept(tmp_path, cache):
    opaque = encoded(Image.new("RGB", (16, 16), (1, 2, 3)))
    root = write_all(tmp_path / "own", [CLEAR, HALF, opaque])
    pixels = loaded(root, channels=4)
    assert pixels.shape == (3, 4, 16, 16)
    assert pixels[:, 3, 3, 3].tolist() == [0, 128, 255]
    assert pixels[1, :3, 3, 3].tolist() == [255, 0, 0]


def test_transparent_palettes_and_gray_show_the_background():
    fitting = Fitting(16, 16, background=(0, 0, 255))
    clear = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    for content in (encoded(clear.convert("LA")), encoded(clear, "GIF"), encoded(clear, "WEBP")):
        assert fitting.decode(content).pixels[:, 0, 0].tolist() == [0, 0, 255]


def stripes():
    """Three columns, red, green and blue, of a picture twice as wide as high."""
    pixels = np.zeros((48, 96, 3), np.uint8)
    for channel in range(3):
        pixels[:, 32 * channel : 32 * (channel + 1), channel] = 255
    return encoded(Image.fromarray(pixels))


def test_a_picture_may_be_cut_at_the_centre_or_not_at_all():
    centre = Fitting(24, 24).decode(stripes()).pixels
    whole = Fitting(24, 24, crop="none").decode(stripes()).pixels
    assert [int(centre[channel].mean()) for channel in range(3)] == pytest.approx(
        [43, 170, 43], abs=3
    )
    assert [int(whole[channel].mean()) for channel in range(3)] == pytest.approx([85] * 3, abs=2)


def test_a_random_cut_is_the_same_each_time_and_another_for_each_picture():
    fitting = Fitting(24, 24, crop="random")
    cuts = [fitting.decode(stripes(), str(number)).pixels for number in range(40)]
    reds = [int(cut[0].mean()) for cut in cuts]
    assert min(reds) < 20 and max(reds) > 130
    assert np.array_equal(fitting.decode(stripes(), "7").pixels, cuts[7])
    assert {cut.shape for cut in cuts} == {(3, 24, 24)}


def test_height_and_width_may_differ(tmp_path, cache):
    root = write_all(tmp_path / "own", [stripes()])
    for crop in ("center", "random", "none"):
        dataset = Folder(dir=str(root), size=[16, 24], crop=crop)
        dataset.prepare()
        assert dataset.load().pixels.shape == (1, *dataset.image_shape) == (1, 3, 16, 24)


def test_what_pictures_were_is_kept(tmp_path, cache):
    large = encoded(Image.new("RGB", (400, 300)), "JPEG")
    root = write_all(tmp_path / "own", [large, large, gray("PNG"), stripes()])
    dataset = Folder(dir=str(root), size=16)
    dataset.prepare()
    assert dataset.originals == {"300x400 RGB JPEG": 2, "16x16 L of 16 bits": 1, "48x96 RGB": 1}


def test_every_option_makes_a_file_of_its_own(tmp_path, cache):
    root = write_all(tmp_path / "own", [HALF, stripes()])
    changes = [
        {}, {"size": [16, 8]}, {"channels": 1}, {"labels": "none"}, {"level": 2}, {"crop": "none"},
        {"crop": "random"}, {"background": "black"}, {"range": "type"}, {"on_bad_image": "refuse"},
        {"split": "all"},
    ]  # fmt: skip
    files = {Folder(dir=str(root), **change).prepared for change in changes}
    assert len(files) == len(changes)
    assert Folder(dir=str(root), background="#ffffff").prepared == Folder(dir=str(root)).prepared


def test_large_pictures_are_unpacked_one_at_a_time(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(pictures, "MANY_PIXELS", 100)
    monkeypatch.setattr(decoders, "THREADS", 4)
    root = write_all(tmp_path / "own", [deep_png(TWELVE_BITS), *[stripes()] * 8])
    assert len(loaded(root)) == 9


def test_a_background_that_is_no_colour_is_refused():
    with pytest.raises(ConfigError, match=r"data\.background=\[1, 2\] is not a colour"):
        Folder(dir="x", background=[1, 2])
