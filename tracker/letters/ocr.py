"""Scanned pages → lines of text, recognised by RapidOCR. An extra, off by default.

Its models come inside its package: nothing is downloaded. A page takes some seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from tracker.errors import ReadingError
from tracker.letters.layout import Line

#: More would take minutes.
MAX_PAGES: Final = 30
#: Points are 72 to the inch; print of a letter is read well at 150 dots.
_DOTS: Final = 150
#: A page is drawn with at most so many dots: 40 million are A2 at 150 dots to the inch.
_MAX_DOTS: Final = 12_000_000
#: Lines that are recognised with less certainty are specks and stamps.
_SURE: Final = 0.5
_MISSING: Final = (
    "no text: scanned; text recognition is turned on and not installed: "
    'pip install "commitment-tracker[ocr]"'
)
_NO_MODELS: Final = (
    "no text: scanned; the installed rapidocr brings no models; install the version of "
    '"commitment-tracker[ocr]"'
)


def recognised(document: Any, pages: Iterable[int]) -> list[Line]:
    """The lines that stand on pages.

    Args:
        document: an open PDF document of pypdfium2.
        pages: their numbers, from 0.

    Raises:
        ReadingError: recognition is not installed, fails, or there are too many pages.
        MemoryError: it takes more memory than this process may have.
    """
    numbers = list(pages)
    if len(numbers) > MAX_PAGES:
        raise ReadingError(
            f"no text: scanned, and more than {MAX_PAGES} pages; ask for the original"
        )
    engine = _engine()
    lines: list[Line] = []
    for number in numbers:
        page = document[number]
        width, height = page.get_size()
        scale = min(_DOTS / 72, (_MAX_DOTS / max(width * height, 1.0)) ** 0.5)
        found = _found(engine, page.render(scale=scale, grayscale=False).to_numpy(), number)
        page.close()
        if found.boxes is None:
            continue
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            if score < _SURE:
                continue
            xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
            lines.append(Line(text, number, min(xs), max(xs), min(ys), max(ys)))
    return lines


def _found(engine: Any, picture: Any, number: int) -> Any:
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

    try:
        return engine(picture)
    except ONNXRuntimeError as error:
        if "bad_alloc" in str(error):
            raise MemoryError("text recognition") from error
        raise ReadingError(
            f"no text: scanned, and the recognition of page {number + 1} failed"
        ) from error


@cache
def _engine() -> Any:
    """The models, loaded once a process.

    They are named by their paths: a package that comes without them would download them.
    """
    try:
        import rapidocr
    except ImportError as error:
        raise ReadingError(_MISSING) from error
    folder = Path(rapidocr.__file__).parent / "models"
    found = {step: sorted(folder.glob(f"*_{step}_*.onnx")) for step in ("det", "rec")}
    if not all(found.values()):
        raise ReadingError(_NO_MODELS)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # a line that stands on its head is no line of a letter
            "Det.model_path": str(found["det"][0]),
            "Rec.model_path": str(found["rec"][0]),
            # One thread and one line at a time: half the memory, and more of them get in the way
            # of the other workers. Lines are found on a small picture and read from the full one.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "Rec.rec_batch_num": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": 736,
        }
    )
