"""Where the seed image goes in a graph."""

import pytest

from screentest.common.recipes import Slot
from screentest.gpu_runner.engine.comfyui.seed_image import place
from support.workflows import node, wan

NAME = "screentest/render/seed.png"


def placed(loader: str, name: str, output: int = 0, **more):
    graph = wan() | {"6": node(loader, **{name: "/data/a.png"}, **more)}
    graph["7"]["inputs"]["start_image"] = ["6", output]
    return place(graph, Slot(name="image", node="6", input=name, kind="image"), NAME)["6"]


@pytest.mark.parametrize("loader", ["LoadImage", "LoadImageOutput", "Custom LoadImage"])
def test_loaders_of_uploads_get_its_name(loader):
    assert placed(loader, "image", resize=True) == node(loader, image=NAME, resize=True)


@pytest.mark.parametrize(
    ("loader", "name"),
    [
        ("VHS_LoadImagePath", "image"),
        ("LoadImageFromPath", "image"),
        ("Image Load", "image_path"),
        ("Load Image (Path)", "path"),
    ],
)
def test_a_loader_that_takes_a_path_gives_way_to_one_of_uploads(loader, name):
    assert placed(loader, name, output=1, custom_width=512) == node("LoadImage", image=NAME)


def test_it_stays_where_something_takes_more_of_it_than_the_picture_and_its_mask():
    assert placed("Image Load", "image_path", output=2) == node("Image Load", image_path=NAME)
