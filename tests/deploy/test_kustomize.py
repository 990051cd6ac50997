"""What the tests render is what kubectl renders, where there is one."""

import re
import shutil
import subprocess

import pytest
import yaml

from support.kustomize import identity, render
from support.manifests import K8S, KUSTOMIZATIONS

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl")

_NAMED = ("name", "mountPath", "containerPort")


_HASHED = re.compile(r"(?P<name>[a-z0-9-]+)-[2456789bcdfghkmt]{10}")


def without_hashes(resources):
    """Names of generated ConfigMaps and Secrets, and mentions of them, as they were given."""
    text = "---\n".join(yaml.safe_dump(each) for each in resources)
    for each in resources:
        if each["kind"] in {"ConfigMap", "Secret"}:
            name = each["metadata"]["name"]
            match = _HASHED.fullmatch(name)
            assert match, f"{name} has no hash: a change of it would not start pods again"
            text = re.sub(rf"\b{name}\b", match["name"], text)
    plain = list(yaml.safe_load_all(text))
    for each in plain:
        if each["kind"] == "Secret":
            # kustomize breaks long ones into lines.
            each["data"] = {key: "".join(value.split()) for key, value in each["data"].items()}
    return plain


def in_order(node):
    """Lists whose members have names, by them: the order of merged ones is nobody's promise."""
    if isinstance(node, dict):
        return {key: in_order(value) for key, value in node.items()}
    if isinstance(node, list):
        members = [in_order(member) for member in node]
        for key in _NAMED:
            if members and all(isinstance(one, dict) and key in one for one in members):
                return sorted(members, key=lambda one: str(one[key]))
        return members
    return node


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_renders_as_kubectl_does(name):
    command = ["kubectl", "kustomize", str(K8S / name)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    resources = list(yaml.safe_load_all(text))
    theirs = {identity(each): in_order(each) for each in without_hashes(resources)}

    ours = {identity(each): in_order(each) for each in render(K8S / name)}

    assert ours == theirs
