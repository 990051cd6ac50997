"""Likeness: whose face is in the clip, by two tiny networks that know magenta squares."""

from collections.abc import Sequence

import numpy as np
import pytest

from screentest.media.encode import Frame
from screentest.qa.domain import (
    ClipScore,
    LimitOverride,
    Measurement,
    Verdict,
    judge,
    with_limits,
)
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.checks.likeness import likeness
from screentest.qa.engine.faces import FaceModels, UnusableModel, cosine
from screentest.qa.engine.measure import measure_clip
from support.face_models import FACE_PX, write_detector, write_recognizer

Colour = tuple[int, int, int]

MINA: Colour = (200, 0, 60)
OTTO: Colour = (60, 0, 200)
LEFT, RIGHT = (64, 64), (256, 64)


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> FaceModels:
    folder = tmp_path_factory.mktemp("models")
    return FaceModels.load(
        write_detector(folder / "detector.onnx"), write_recognizer(folder / "recognizer.onnx")
    )


def portrait(studio, *faces: tuple[Colour, tuple[int, int]], shade: int = 0) -> Frame:
    """A grey picture of the clips' size, with faces in it at (left, top)."""
    grey = studio.good[0].mean(axis=2, keepdims=True).astype(np.uint8) // 2 + 40 + shade
    picture = np.repeat(grey, 3, axis=2)
    for colour, (left, top) in faces:
        picture[top : top + FACE_PX, left : left + FACE_PX] = colour
    return np.ascontiguousarray(picture)


def turning(start: Colour, end: Colour, frames: int) -> list[Colour]:
    """One face that becomes another, a little more in every frame."""
    shares = np.linspace(0, 1, frames)[:, None]
    return [tuple(row) for row in np.rint((1 - shares) * start + shares * end).astype(int).tolist()]


class Judge:
    """Measures clips against a source image of Mina."""

    def __init__(self, studio, models: FaceModels | None) -> None:
        self.studio, self.check = studio, likeness(models)
        self.reference = studio.write_png(portrait(studio, (MINA, LEFT)), "source.png")

    def __call__(self, frames: Sequence[Frame], **changes: object) -> ClipScore:
        facts = {"reference_image": str(self.reference)} | changes
        job = self.studio.job(self.studio.write_clip(list(frames)), **facts)
        report = measure_clip(job, (*CHECKS, self.check))
        assert not report.broken_checks
        return judge(report.measurements)


@pytest.fixture
def score(studio, models) -> Judge:
    return Judge(studio, models)


def found(score: ClipScore) -> dict[str, Measurement]:
    [check] = [each for each in score.checks if each.name == "likeness"]
    return {each.name: each for each in check.measurements}


def film(studio, colours: Sequence[Colour], place: tuple[int, int] = LEFT) -> list[Frame]:
    return [
        portrait(studio, (colour, place), shade=index % 3) for index, colour in enumerate(colours)
    ]


class TestFaces:
    def test_the_same_face_all_along_passes(self, studio, score):
        seen = found(score(film(studio, [MINA] * studio.frames)))

        assert {each.verdict for each in seen.values()} == {Verdict.PASS}
        assert seen["likeness"].value > 0.98
        assert "in 5 of 5 frames" in seen["likeness"].note
        assert abs(seen["likeness_drift"].value) < 0.02

    def test_another_face_fails(self, studio, score):
        judged = score(film(studio, [OTTO] * studio.frames))

        assert found(judged)["likeness"].verdict is Verdict.FAIL
        assert judged.score <= 0.49

    def test_a_face_that_turns_into_another_drifts_and_the_worst_frame_is_shown(
        self, studio, score
    ):
        seen = found(score(film(studio, turning(MINA, OTTO, studio.frames))))

        assert seen["likeness_drift"].verdict is Verdict.FAIL
        worst = seen["likeness_worst"]
        assert worst.frame == studio.frames - 1
        width, height = studio.width, studio.height
        place = (LEFT[0] / width, LEFT[1] / height, FACE_PX / width, FACE_PX / height)
        assert worst.region == pytest.approx(place, abs=0.01)
        assert worst.value < seen["likeness"].value

    def test_the_source_image_counts_and_not_the_frame_the_segment_was_seeded_with(
        self, studio, score
    ):
        """Segment 2 goes on with the wrong face of segment 1 and is consistent with it."""
        frames = film(studio, [OTTO] * studio.frames)
        seed = studio.write_png(frames[0])

        seen = found(score(frames, seed_image=str(seed), segment=2))

        assert seen["likeness"].verdict is Verdict.FAIL

    def test_a_second_person_in_the_picture_does_not_count(self, studio, score):
        frames = [portrait(studio, (OTTO, LEFT), (MINA, RIGHT))] * studio.frames

        seen = found(score(frames))

        assert seen["likeness"].verdict is Verdict.PASS
        assert seen["likeness_worst"].region[0] > 0.5

    def test_a_large_photograph_is_looked_at_too(self, studio, models):
        """The source image has any size; its face is found and compared all the same."""
        small = portrait(studio, (MINA, LEFT))
        [face] = models.find(small)

        large, *_ = models.find(np.ascontiguousarray(small.repeat(4, axis=0).repeat(4, axis=1)))

        assert cosine(face.embedding, large.embedding) > 0.95

    def test_a_scene_type_has_limits_of_its_own(self, studio, score):
        judged = score(film(studio, [OTTO] * studio.frames))
        lenient = {"likeness": LimitOverride(warn=0.2, fail=0.1)}

        again = judge(with_limits(judged.measurements, lenient))

        assert found(again)["likeness"].verdict is Verdict.PASS


class TestNotMeasured:
    """Without something to compare there is no number, and the score is that of the rest."""

    @pytest.fixture
    def other_checks(self, studio) -> float:
        clip = studio.write_clip(film(studio, [MINA] * studio.frames))
        return judge(measure_clip(studio.job(clip)).measurements).score

    def test_without_models(self, studio, other_checks):
        judged = Judge(studio, None)(film(studio, [MINA] * studio.frames))

        self.expect(judged, "no face models are set up")
        assert judged.score == other_checks

    def test_without_a_face_in_the_source_image(self, studio, score, other_checks):
        empty = studio.write_png(portrait(studio), "empty.png")

        judged = score(film(studio, [MINA] * studio.frames), reference_image=str(empty))

        self.expect(judged, "no face is found in the source image")
        assert judged.score == other_checks

    def test_without_a_face_in_the_clip(self, studio, score):
        self.expect(
            score([portrait(studio)] * studio.frames), "no face is found in the 5 frames looked at"
        )

    def test_without_a_source_image(self, studio, score):
        judged = score(
            film(studio, [MINA] * studio.frames),
            reference_image=None,
            reference_problem="the source image is gone",
        )

        self.expect(judged, "the source image is gone")

    def test_with_a_source_image_that_cannot_be_read(self, studio, score):
        broken = studio.folder / "broken.png"
        broken.write_bytes(b"not a picture")

        judged = score(film(studio, [MINA] * studio.frames), reference_image=str(broken))

        self.expect(judged, "the source image cannot be read")

    def test_a_face_in_two_frames_is_no_trend(self, studio, score):
        frames = film(studio, [MINA] * studio.frames)
        frames[3:-1] = [portrait(studio)] * (studio.frames - 4)

        seen = found(score(frames))

        assert seen["likeness"].value is not None
        assert seen["likeness_drift"].verdict is Verdict.NOT_MEASURED

    @staticmethod
    def expect(judged: ClipScore, note: str) -> None:
        for measurement in found(judged).values():
            assert measurement.verdict is Verdict.NOT_MEASURED
            assert measurement.value is None
            assert note in measurement.note


class TestModels:
    @pytest.mark.parametrize("content", [b"", b"no network at all", "half", "the other"])
    @pytest.mark.parametrize("kind", ["face detector", "face recognizer"])
    def test_what_is_no_such_network_says_which_file(self, tmp_path, kind, content):
        writers = {"face detector": write_detector, "face recognizer": write_recognizer}
        files = {each: write(tmp_path / f"{each}.onnx") for each, write in writers.items()}
        broken = files[kind]
        if content == "half":
            content = broken.read_bytes()[: broken.stat().st_size // 2]
        elif content == "the other":
            [other] = [path for each, path in files.items() if each != kind]
            content = other.read_bytes()
        broken.write_bytes(content)

        with pytest.raises(UnusableModel, match=f"{kind}.onnx cannot be used as the {kind}: "):
            FaceModels.load(files["face detector"], files["face recognizer"])
