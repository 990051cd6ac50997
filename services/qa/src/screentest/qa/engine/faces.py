"""Faces in a picture, and how alike two of them are: OpenCV's YuNet detector and SFace recognizer.

Owns the two networks of one child process. Every picture is brought into one square of 640 px: the
published detector has that input size, and the cost of a picture does not depend on its size.

Sources: Wu et al., "YuNet: a tiny millisecond-level face detector" (2023); Zhong et al., "SFace:
sigmoid-constrained hypersphere loss for robust face recognition" (2021).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Region
from screentest.qa.engine.picture import Rgb

Embedding = NDArray[np.float64]
"""What a face looks like, as a vector of length 1."""

_SIDE_PX = 640
_ALIGNED_PX = 112
#: OpenCV's own defaults.
_LEAST_CONFIDENCE = 0.9
_MOST_OVERLAP = 0.3
_MOST_FACES = 50
#: The recognizer looks at 112 px; a face blown up five times says nothing of a person.
_SMALLEST_FACE_PX = 24


class UnusableModel(Exception):  # noqa: N818 - the word people use for it
    """A model file cannot be used; the message is one sentence for whoever configured it."""


@dataclass(frozen=True, eq=False)
class Face:
    """One face in a picture."""

    #: Its box, cut off at the picture's edges.
    region: Region
    area_px: float
    embedding: Embedding


class FaceModels:
    """A detector and a recognizer, loaded and seen to work."""

    def __init__(self, detector: cv2.FaceDetectorYN, recognizer: cv2.FaceRecognizerSF) -> None:
        """See `load`."""
        self._detector = detector
        self._recognizer = recognizer

    @classmethod
    def load(cls, detector: Path, recognizer: Path) -> Self:
        """Load both files and try them on an empty picture.

        Raises:
            UnusableModel: a file is no network, or not of that kind.
        """
        # It warns of settings that nobody made, once a network.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        with _naming("face detector", detector):
            loaded_detector = _load_detector(detector)
        with _naming("face recognizer", recognizer):
            loaded_recognizer = _load_recognizer(recognizer)
        return cls(loaded_detector, loaded_recognizer)

    def find(self, picture: Rgb) -> list[Face]:
        """The faces that are large enough to be compared, the largest first."""
        bgr = np.ascontiguousarray(picture[..., ::-1])
        height, width = bgr.shape[:2]
        scale = min(1.0, _SIDE_PX / max(width, height))
        rows = _detect(self._detector, _in_square(bgr, scale))
        faces = (self._face(bgr, row / scale) for row in rows)
        return sorted((face for face in faces if face is not None), key=lambda face: -face.area_px)

    def _face(self, bgr: Rgb, row: NDArray[np.float32]) -> Face | None:
        height, width = bgr.shape[:2]
        left, top = max(0.0, float(row[0])), max(0.0, float(row[1]))
        right, bottom = min(width, float(row[0] + row[2])), min(height, float(row[1] + row[3]))
        if min(right - left, bottom - top) < _SMALLEST_FACE_PX:
            return None
        aligned = self._recognizer.alignCrop(bgr, row)
        vector = np.asarray(self._recognizer.feature(aligned), dtype=np.float64).ravel()
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            return None
        box = (left / width, top / height, (right - left) / width, (bottom - top) / height)
        return Face(
            region=tuple(round(share, 4) for share in box),
            area_px=(right - left) * (bottom - top),
            embedding=vector / length,
        )


def cosine(first: Embedding, second: Embedding) -> float:
    """How alike two faces are, -1..1, 3 digits: more could differ from CPU to CPU."""
    return round(float(first @ second), 3)


@contextmanager
def _naming(what: str, path: Path) -> Iterator[None]:
    """Say of an error in the block which file it is about."""
    try:
        yield
    except (cv2.error, ValueError) as error:
        words = getattr(error, "err", None) or str(error)
        raise UnusableModel(f"{path} cannot be used as the {what}: {words.strip()}") from error


def _load_detector(path: Path) -> cv2.FaceDetectorYN:
    detector = cv2.FaceDetectorYN.create(
        str(path), "", (_SIDE_PX, _SIDE_PX), _LEAST_CONFIDENCE, _MOST_OVERLAP, _MOST_FACES
    )
    _detect(detector, np.zeros((_SIDE_PX, _SIDE_PX, 3), np.uint8))
    return detector


def _load_recognizer(path: Path) -> cv2.FaceRecognizerSF:
    recognizer = cv2.FaceRecognizerSF.create(str(path), "")
    blank = np.zeros((_ALIGNED_PX, _ALIGNED_PX, 3), np.uint8)
    vector = np.asarray(recognizer.feature(blank))
    if vector.ndim != 2 or vector.shape[0] != 1:  # noqa: PLR2004 - one row, one face
        raise ValueError(f"it answers with shape {vector.shape}, not with one vector")
    return recognizer


def _in_square(bgr: Rgb, scale: float) -> Rgb:
    """The picture in the left upper corner of the detector's square, smaller where it must be."""
    height, width = bgr.shape[:2]
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        bgr = np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    square: NDArray[np.uint8] = np.zeros((_SIDE_PX, _SIDE_PX, 3), np.uint8)
    square[: bgr.shape[0], : bgr.shape[1]] = bgr
    return square


def _detect(detector: Any, square: Rgb) -> NDArray[np.float32]:
    """One row a face: box (left, top, width, height), five landmarks (x, y), confidence."""
    _, rows = detector.detect(square)
    return np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
