"""The worker in a peer's environment: one question a line, one answer a line.

{"kind": "time" | "money" | "compiled" | "hello", "texts": [...]}
→ {"seconds": processor time, "finds": count}.
It imports nothing of the checkout, only what is installed there.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Sized
from functools import cache
from typing import Any, cast


def _extractor(kind: str) -> Callable[[str], Sized] | None:
    """What extracts from one text."""
    if kind in ("time", "money"):
        return cast("Callable[[str], Sized]", getattr(_load("jionlp").ner, f"extract_{kind}"))
    if kind == "compiled":
        find, read = _load("tracker.commitments.find"), _load("tracker.letters.letter")
        if find.__file__.endswith(".py"):
            raise SystemExit("it was not compiled")
        return lambda text: cast("Sized", find.find_commitments(read.read_letter(text)).commitments)
    return None


@cache
def _load(module: str) -> Any:
    return importlib.import_module(module)


def main() -> None:
    """Answer until the input ends."""
    # JioNLP greets on the standard output, which is ours for answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        question = json.loads(line)
        extract = _extractor(question["kind"])
        begin = time.process_time()
        finds = sum(len(extract(text)) for text in question["texts"]) if extract else 0
        seconds = time.process_time() - begin
        answers.write(json.dumps({"seconds": seconds, "finds": finds}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
