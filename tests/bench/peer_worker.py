"""The worker in JioNLP's environment: one question a line, one answer a line.

{"kind": "time" | "money" | "hello", "texts": [...]} → {"seconds": processor time, "finds": count}.
It imports nothing of the project, which is not installed there.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time


def main() -> None:
    """Answer until the input ends."""
    # JioNLP greets on the standard output, which is ours for answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    ner = importlib.import_module("jionlp").ner
    extractors = {"time": ner.extract_time, "money": ner.extract_money}
    for line in sys.stdin:
        question = json.loads(line)
        extract = extractors.get(question["kind"])
        begin = time.process_time()
        finds = sum(len(extract(text)) for text in question["texts"]) if extract else 0
        seconds = time.process_time() - begin
        answers.write(json.dumps({"seconds": seconds, "finds": finds}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
