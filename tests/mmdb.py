#!/usr/bin/env python3
"""Writes a small MaxMind DB file for tests: mmdb.py FILE <values.json, an object of network to value."""

import ipaddress
import json
import struct
import sys

STRING, DOUBLE, UINT32, MAP, ARRAY, BOOLEAN, UINT16, UINT64 = 2, 3, 6, 7, 11, 14, 5, 9


def head(kind, size):
    first = (kind << 5 if kind < 8 else 0) | min(size, 29)
    extended = b"" if kind < 8 else bytes([kind - 7])
    assert size < 29 + 256
    return bytes([first]) + extended + (bytes([size - 29]) if size >= 29 else b"")


def number(kind, value):
    packed = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return head(kind, len(packed)) + packed


def encode(value):
    if isinstance(value, bool):
        return head(BOOLEAN, int(value))
    if isinstance(value, int):
        return number(UINT32, value)
    if isinstance(value, float):
        return head(DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, str):
        return head(STRING, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(ARRAY, len(value)) + b"".join(map(encode, value))
    return head(MAP, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())


def bits_of(network):
    network = ipaddress.ip_network(network)
    address, length = int(network.network_address), network.prefixlen
    if network.version == 4:
        length += 96
    return [address >> (127 - i) & 1 for i in range(length)]


def build(values):
    nodes, data = [[None, None]], b""
    for network, value in values.items():
        at, bits = 0, bits_of(network)
        for bit in bits[:-1]:
            if not isinstance(nodes[at][bit], int):
                nodes.append([nodes[at][bit]] * 2)
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]
        nodes[at][bits[-1]] = ("data", len(data))
        data += encode(value)
    count = len(nodes)
    tree = b"".join(
        struct.pack(">I", count if r is None else r if isinstance(r, int) else count + 16 + r[1])
        for node in nodes for r in node)
    metadata = head(MAP, 9) + b"".join(encode(k) + v for k, v in {
        "node_count": number(UINT32, count), "record_size": number(UINT16, 32), "ip_version": number(UINT16, 6),
        "database_type": encode("Test"), "binary_format_major_version": number(UINT16, 2),
        "binary_format_minor_version": number(UINT16, 0), "languages": encode(["en"]), "description": encode({}),
        "build_epoch": number(UINT64, 1732616400)}.items())
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + metadata


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:
        out.write(build(json.load(sys.stdin)))
