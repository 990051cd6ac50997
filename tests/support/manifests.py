"""What deploy/k8s comes to, and questions one may ask of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from support.kustomize import Resource, render

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"

#: Everything that can be applied as it is; the last ones are parts of others, or show a choice.
OVERLAYS = ("overlays/dev", "overlays/production", "overlays/gpu-comfyui-sidecar")
KUSTOMIZATIONS = (
    *OVERLAYS,
    "overlays/production-with-operators",
    "base",
    "workers/gpu-runner",
    "workers/comfyui-sidecar",
    "workers/comfyui-sidecar-24gb",
)


@cache
def rendered(name: str) -> tuple[Resource, ...]:
    """The resources of a kustomization below deploy/k8s. Nobody may change them."""
    return tuple(render(K8S / name))


def of_kind(name: str, *kinds: str) -> list[Resource]:
    """Those of some kinds."""
    return [resource for resource in rendered(name) if resource["kind"] in kinds]


def workloads(name: str) -> list[Resource]:
    """What makes pods."""
    return of_kind(name, "Deployment", "StatefulSet", "Job")


def services(name: str) -> dict[str, Resource]:
    """The Deployments by the service they run; one of them where there are several pools."""
    return {
        resource["metadata"]["labels"]["app.kubernetes.io/name"]: resource
        for resource in of_kind(name, "Deployment")
    }


def pod_of(workload: Resource) -> dict[str, Any]:
    """The spec of its pods."""
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


def labels_of(workload: Resource) -> dict[str, str]:
    """The labels of its pods."""
    labels: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return labels


def containers(workload: Resource) -> Iterator[dict[str, Any]]:
    """All of them, those that run before the others included."""
    pod = pod_of(workload)
    yield from [*pod.get("initContainers", []), *pod["containers"]]


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector selects a pod of these labels."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    for rule in selector.get("matchExpressions", []):
        assert rule["operator"] == "In", "teach `selects` more than In"
        if labels.get(rule["key"]) not in rule["values"]:
            return False
    return True
