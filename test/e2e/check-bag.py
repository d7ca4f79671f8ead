"""Checks a bag by RFC 8493, sections 2.1 to 3, without any code of ours; and by the package bagit where it is installed."""
import hashlib
import os
import re
import sys

bag = sys.argv[1]


def lines(name):
    with open(os.path.join(bag, name), encoding="utf-8", newline="") as file:
        text = file.read()
    assert text.endswith("\n") and "\r" not in text, name
    return text[:-1].split("\n")


assert lines("bagit.txt") == ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"]
info = dict(line.split(": ", 1) for line in lines("bag-info.txt"))
held = {
    os.path.relpath(os.path.join(folder, name), bag)
    for folder, _, names in os.walk(bag)
    for name in names
}
listed = {}
for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
    for line in lines(manifest):
        digest, path = re.fullmatch(r"([0-9a-f]{64})  ([^ ].*)", line).groups()
        assert path not in listed and ".." not in path and "%" not in path
        assert path.startswith("data/") == (manifest == "manifest-sha256.txt"), path
        with open(os.path.join(bag, path), "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == digest, path
        listed[path] = digest
assert held == set(listed) | {"tagmanifest-sha256.txt"}, held ^ set(listed)
payload = [path for path in listed if path.startswith("data/")]
octets = sum(os.path.getsize(os.path.join(bag, path)) for path in payload)
assert info["Payload-Oxum"] == f"{octets}.{len(payload)}"
try:
    import bagit
except ImportError:
    pass  # Debian has no package of it
else:
    bagit.Bag(bag).validate()
