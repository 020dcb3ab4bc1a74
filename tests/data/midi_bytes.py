"""MIDI files byte by byte, as the standard describes them, without the library that reads them."""

import struct

END = b"\x00\xff\x2f\x00"


def midi(*tracks, division=480, type=1):
    """Return a file of tracks, whose end is added."""
    parts = [b"MThd", struct.pack(">LHHH", 6, type, len(tracks), division & 0xFFFF)]
    for track in tracks:
        content = track if track.endswith(END) else track + END
        parts += [b"MTrk", struct.pack(">L", len(content)), content]
    return b"".join(parts)


def ticks(number):
    """Return a number of ticks as events begin with it: 7 bits a byte, the highest ones first."""
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(number & 0x7F | 0x80)
    return bytes(reversed(parts))


def metre(beats, power, after=0):
    """Return the event of a time signature, its unit being 2 to the `power`."""
    return ticks(after) + b"\xff\x58\x04" + bytes([beats, power, 24, 8])


def note(pitch, length, after=0, channel=0, velocity=64):
    """Return the two events of a note that begins `after` ticks and lasts `length`."""
    on = ticks(after) + bytes([0x90 + channel, pitch, velocity])
    return on + ticks(length) + bytes([0x80 + channel, pitch, 0])
