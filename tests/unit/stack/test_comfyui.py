import pytest

from screentest.stack.comfyui import addresses
from screentest.stack.errors import StackError
from screentest.stack.stack import Stack


def test_addresses_as_people_write_them():
    assert addresses("") == []
    assert addresses("http://127.0.0.1:8188/") == ["http://127.0.0.1:8188"]
    assert addresses("http://one:8188, https://two/comfy ,") == [
        "http://one:8188",
        "https://two/comfy",
    ]


@pytest.mark.parametrize("text", ["127.0.0.1:8188", "http://", "ftp://one", "http://one,two"])
def test_what_is_no_address_is_refused_with_an_example(text):
    with pytest.raises(StackError, match="is no address of a ComfyUI server: write it as http://"):
        addresses(text)


def test_two_workers_never_share_a_server(tmp_path):
    with pytest.raises(StackError, match="given twice: a ComfyUI server serves one worker"):
        Stack(tmp_path, comfyui_urls=["http://one:8188", "http://one:8188"])
