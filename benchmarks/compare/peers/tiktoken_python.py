#!/usr/bin/env python3
"""Times Python's tiktoken as ../README.md asks: tiktoken_python.py FILE whole|docs|cold|fresh PASSES

The ranks come from this repository, so that nothing is downloaded.
"""
import base64
import json
import os
import statistics
import sys
import time

VOCABULARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../vocab/o200k_base.tiktoken")
SUFFIX = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PATTERN = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + SUFFIX,
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + SUFFIX,
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
])
WARM_UP = "quorvex Brindlewap's 4711 mégalöthe вздорник ΦΡΥΓΩΝ 漢霧 かぜたび 바람돌 غيمات पवनचक 👩‍🚀 {\"k\": x_17}; // ==>\r\n\tthe end\n"
SIZES = {"docs": 1024, "fresh": 4096}


def load():
    with open(VOCABULARY, "rb") as file:
        ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in file)}
    return tiktoken.Encoding("o200k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def cut(utf8, size):
    """Documents that end with the first line end at or after a size, or at four times that, between characters."""
    documents, start = [], 0
    while start < len(utf8):
        limit = min(start + 4 * size, len(utf8))
        end = utf8.find(b"\n", start + size - 1, limit) + 1 or limit
        while end < len(utf8) and utf8[end] & 0xC0 == 0x80:
            end -= 1
        documents.append(utf8[start:end])
        start = end
    return documents


def fnv1a64(ids):
    value = 0xCBF29CE484222325
    for id in ids:
        for byte in id.to_bytes(4, "little"):
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def peak_resident_bytes():
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main():
    path, mode, passes = sys.argv[1], sys.argv[2], int(sys.argv[3])
    start = time.perf_counter()
    encoding = load()
    encoding.encode_ordinary("a")
    load_ms = (time.perf_counter() - start) * 1e3

    with open(path, "rb") as file:
        utf8 = file.read()
    documents = [document.decode() for document in (cut(utf8, SIZES[mode]) if mode in SIZES else [utf8])]
    for _ in range(200):
        encoding.encode_ordinary(WARM_UP)

    seconds, ids = [], []
    for _ in range(passes):
        start = time.thread_time()
        ids = [encoding.encode_ordinary(document) for document in documents]
        seconds.append(max(time.thread_time() - start, 1e-9))

    ids = [id for document in ids for id in document]
    megabytes = len(utf8) / 1e6
    print(json.dumps({
        "file": os.path.basename(path),
        "bytes": len(utf8),
        "documents": len(documents),
        "tokens": len(ids),
        "fnv1a64": fnv1a64(ids),
        "load_ms": round(load_ms, 1),
        "first_mb_s": round(megabytes / seconds[0], 3),
        "best_mb_s": round(megabytes / min(seconds), 3),
        "median_mb_s": round(megabytes / statistics.median(seconds), 3),
        "peak_rss_bytes": peak_resident_bytes(),
    }))


try:
    import tiktoken
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(127)
main()
