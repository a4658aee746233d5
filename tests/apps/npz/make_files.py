#!/usr/bin/env python3
"""Writes the archives in files/ with NumPy and Python's zipfile, and damages some of them; single
arrays go to tests/autograd/tensor/files/."""
import io
import pathlib
import struct
import subprocess
import tempfile
import warnings
import zipfile

import numpy as np

folder = pathlib.Path(__file__).parent / "files"
single = pathlib.Path(__file__).parents[2] / "autograd/tensor/files"
folder.mkdir(exist_ok=True)
single.mkdir(exist_ok=True)

grid = np.arange(6).reshape(2, 3)
arrays = {
    "f32": (grid / 4).astype(np.float32),
    "f64": grid / 3,
    "i64": grid - 3,
    "layers/0/w": np.ones((2, 0, 3)),
    "scalar": np.array(2.5),
    "größe": np.array([1.0]),
}
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "deflated.npz", **arrays)

np.savez(
    folder / "types.npz",
    big_f4=(grid / 4).astype(">f4"), big_f8=(grid / 3).astype(">f8"),
    big_i8=(grid - 3).astype(">i8"), big_i2=(grid * 300 - 300).astype(">i2"),
    i1=np.array([-128, 127], np.int8), i2=np.array([-32768, 32767], np.int16),
    i4=np.array([-2**31, 2**31 - 1], np.int32), i8=np.array([-2**63, 2**63 - 1], np.int64),
    u1=np.array([0, 255], np.uint8), u2=np.array([0, 65535], np.uint16),
    u4=np.array([0, 2**32 - 1], np.uint32), u8=np.array([0, 2**63 - 1], np.uint64),
    truth=np.array([True, False, True]), no_axes=np.array(True),
    fortran=np.asfortranarray(grid / 3),
    fortran_cube=np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
    fortran_big=np.asfortranarray(grid.astype(">i4")),
    special=np.array([np.inf, -np.inf, -0.0, np.nan, 5e-324]))

for name, array in {
    "object": np.array([{"a": 1}, None], dtype=object), "half": np.ones(2, np.float16),
    "complex": np.ones(2, np.complex128), "text": np.array(["a", "bc"]),
    "bytes": np.array([b"a"]), "dates": np.array(["2020-01-01"], "M8[D]"),
    "records": np.zeros(2, [("x", "<f4"), ("y", "<i4")]),
    "raw": np.zeros(2, "V3"), "too_large": np.array([1, 2**63], np.uint64),
}.items():
    np.savez(folder / f"{name}.npz", ok=np.ones(2), x=array)


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def archive(name, members, method=zipfile.ZIP_STORED, zip64=False):
    with zipfile.ZipFile(folder / name, "w", method) as out:
        for member, data in members:
            with out.open(zipfile.ZipInfo(member), "w", force_zip64=zip64) as stream:
                stream.write(data)


for name, array in {
    "f64": grid / 3, "f32_cube": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "i64_scalar": np.array(-7), "empty": np.zeros((0, 5)), "long": np.zeros((12345, 0)),
}.items():
    np.save(single / f"{name}.npy", array)
for version in (2, 3):
    with open(single / f"version_{version}.npy", "wb") as out:
        np.lib.format.write_array(out, grid / 3, version=(version, 0))

one = npy(np.arange(3.0))
(folder / "single.npz").write_bytes(one)
archive("others.npz", [("readme.txt", b"hello"), ("folder/", b""), ("x.npy", one)])
archive("no_array.npz", [("readme.txt", b"hello")])
archive("no_member.npz", [])
archive("not_npy.npz", [("x.npy", b"these are no numbers")])
archive("path_out.npz", [("../../x.npy", one)])
archive("path_root.npz", [("/etc/x.npy", one)])
archive("no_name.npz", [(".npy", one)])
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as out:
    out.writestr("x.npy", one, zipfile.ZIP_BZIP2)
(folder / "bzip2.npz").write_bytes(packed.getvalue())
archive("control.npz", [("a\nb\x1b[31m.npy", b"none")])
warnings.simplefilter("ignore")
archive("twice.npz", [("x.npy", one), ("x.npy", one)])
archive("zip64.npz", [("x.npy", one)], zip64=True)

# zip64 in its directory and at its end as well, by declaring that everything is too large.
limit = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 10, 0
archive("zip64_all.npz", [("x.npy", one), ("y.npy", one)], zip64=True)
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limit

whole = (folder / "zip64_all.npz").read_bytes()
record = whole.index(b"PK\6\6")
many = struct.pack("<QQ", 2**33, 2**33)
(folder / "claims_members.npz").write_bytes(whole[:record + 24] + many + whole[record + 40:])

with tempfile.TemporaryDirectory() as scratch:
    path = pathlib.Path(scratch) / "x.npy"
    path.write_bytes(one)
    target = pathlib.Path(scratch) / "encrypted.zip"
    subprocess.run(["zip", "-q", "-j", "-X", "-P", "secret", target, path], check=True)
    (folder / "encrypted.npz").write_bytes(target.read_bytes())

whole = (folder / "deflated.npz").read_bytes()
(folder / "cut_short.npz").write_bytes(whole[:len(whole) // 2])
(folder / "no_zip.npz").write_bytes(b"These are words, and no archive.")
(folder / "empty.npz").write_bytes(b"")


def poke(source, name, offset, data):
    """A copy of an archive with bytes of the directory entry of its last member replaced."""
    whole = bytearray((folder / source).read_bytes())
    entry = whole.rindex(b"PK\1\2")
    whole[entry + offset:entry + offset + len(data)] = data
    (folder / name).write_bytes(whole)


np.savez(folder / "one.npz", x=np.arange(3.0))
np.savez_compressed(folder / "one_packed.npz", x=np.arange(300.0))
poke("one.npz", "wrong_checksum.npz", 16, b"\1\2\3\4")
poke("one.npz", "stored_claims.npz", 24, struct.pack("<I", 4_000_000_000))
poke("one_packed.npz", "deflated_claims.npz", 24, struct.pack("<I", 4_000_000_000))
poke("one_packed.npz", "unpacks_to_less.npz", 24, struct.pack("<I", 9000))
poke("one_packed.npz", "packed_claims.npz", 20, struct.pack("<I", 4_000_000_000))

# A directory entry that claims 10 GB, in zip64.
claims = zipfile.ZipInfo("x.npy")
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
    out.writestr(claims, one, zipfile.ZIP_DEFLATED)
    out.infolist()[0].file_size = 10_000_000_000
(folder / "claims_10_gb.npz").write_bytes(packed.getvalue())

header = one[:10] + one[10:].replace(b"(3,), }" + b" " * 10, b"(1250000000,), }" + b" ")
assert len(header) == len(one)
archive("header_claims_10_gb.npz", [("x.npy", header)], zipfile.ZIP_DEFLATED)
