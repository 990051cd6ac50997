"""Renders what deploy/k8s uses of kustomize, so that it is tested where there is no kubectl.

No kustomize of its own: what it does not know it refuses, and where kubectl is found a test holds
it to what that renders (tests/deploy/test_kustomize.py).
"""

import base64
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]

_KNOWN = {
    "apiVersion",
    "kind",
    "resources",
    "components",
    "namespace",
    "nameSuffix",
    "labels",
    "images",
    "patches",
    "configMapGenerator",
    "secretGenerator",
    "configurations",
}
#: What lists of Kubernetes are merged by; all others are replaced.
_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
}
_CLUSTER_WIDE = {"Namespace"}


def render(folder: Path) -> list[Resource]:
    """Everything that ``kubectl apply -k folder`` would apply.

    What is generated keeps its name; kustomize adds a hash to it, and to every mention of it.

    Raises:
        NotImplementedError: it uses what this does not know.
        LookupError: a patch, or a merged ConfigMap, has nothing to change.
    """
    return _layer(folder, [])


def _layer(folder: Path, resources: list[Resource]) -> list[Resource]:
    """The resources of a kustomization; a component gets those that it changes."""
    said = yaml.safe_load((folder / "kustomization.yaml").read_text())
    if unknown := set(said) - _KNOWN:
        raise NotImplementedError(f"{folder}: {', '.join(unknown)}")
    for entry in said.get("resources", []):
        _add(resources, _read((folder / entry).resolve()))
    for kind, key in (("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")):
        for generator in said.get(key, []):
            _generate(resources, kind, generator, folder)
    for component in said.get("components", []):
        resources = _layer((folder / component).resolve(), resources)
    _transform(resources, said, folder)
    return resources


def _read(path: Path) -> list[Resource]:
    if path.is_dir():
        return _layer(path, [])
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def _transform(resources: list[Resource], said: dict[str, Any], folder: Path) -> None:
    for patch in said.get("patches", []):
        _patch(resources, patch, folder)
    if namespace := said.get("namespace"):
        for resource in resources:
            if resource["kind"] not in _CLUSTER_WIDE:
                resource["metadata"]["namespace"] = namespace
    if suffix := said.get("nameSuffix"):
        _add_suffix(resources, suffix, [folder / name for name in said.get("configurations", [])])
    for labels in said.get("labels", []):
        _label(resources, **labels)
    for image in said.get("images", []):
        _set_image(resources, **image)


def _add(resources: list[Resource], more: list[Resource]) -> None:
    known = {identity(resource) for resource in resources}
    for resource in more:
        if identity(resource) in known:
            raise LookupError(f"twice: {identity(resource)}")
    resources += more


def identity(resource: Resource) -> tuple[str, str]:
    """Kind and name."""
    return resource["kind"], resource["metadata"]["name"]


# Generators


def _generate(resources: list[Resource], kind: str, generator: Any, folder: Path) -> None:
    if unknown := set(generator) - {"name", "behavior", "literals", "files"}:
        raise NotImplementedError(f"{folder}: {', '.join(unknown)}")
    data = dict(literal.split("=", maxsplit=1) for literal in generator.get("literals", []))
    data |= {name: (folder / name).read_text() for name in generator.get("files", [])}
    if kind == "Secret":
        data = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    name = generator["name"]
    if generator.get("behavior", "create") == "merge":
        _one(resources, kind, name)["data"] |= data
        return
    made = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "data": data}
    if kind == "Secret":
        made["type"] = "Opaque"
    _add(resources, [made])


def _one(resources: list[Resource], kind: str, name: str) -> Resource:
    for resource in resources:
        if identity(resource) == (kind, name):
            return resource
    raise LookupError(f"there is no {kind} {name}")


# Names


#: Where a resource of a kind is named by others: the holder's key ("" is any), and the name's.
_REFERENCES = {
    "ConfigMap": [("configMapRef", "name"), ("configMapKeyRef", "name"), ("configMap", "name")],
    "Secret": [("secretRef", "name"), ("secretKeyRef", "name")],
    "ServiceAccount": [("", "serviceAccountName")],
    "PersistentVolumeClaim": [("", "claimName")],
}


def _add_suffix(resources: list[Resource], suffix: str, configurations: list[Path]) -> None:
    """Name everything anew, and let all that name it follow."""
    named: dict[str, list[dict[str, Any]]] = {}
    for path in configurations:
        for reference in yaml.safe_load(path.read_text())["nameReference"]:
            named[reference["kind"]] = reference["fieldSpecs"]
    for kind in {resource["kind"] for resource in resources} - _CLUSTER_WIDE:
        meant = [resource["metadata"] for resource in resources if resource["kind"] == kind]
        names = {metadata["name"]: metadata["name"] + suffix for metadata in meant}
        for metadata in meant:
            metadata["name"] = names[metadata["name"]]
        for holder, key in _mentions(resources, kind, named.get(kind, [])):
            holder[key] = names.get(holder[key], holder[key])


def _mentions(
    resources: list[Resource], kind: str, fields: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Every place that names a resource of a kind: what holds the name, under which key."""
    for resource in resources:
        for above in _dicts(resource):
            for place, key in _REFERENCES.get(kind, []):
                holder = above.get(place) if place else above
                if isinstance(holder, dict) and key in holder:
                    yield holder, key
        for field in fields:
            if field["kind"] == resource["kind"]:
                *path, last = field["path"].split("/")
                yield from ((holder, last) for holder in _at(resource, path) if last in holder)


def _dicts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _dicts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _dicts(value)


def _at(node: Any, path: list[str]) -> Iterator[Any]:
    """What is at a path, which goes through all members of a list."""
    if isinstance(node, list):
        for member in node:
            yield from _at(member, path)
    elif not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from _at(node[path[0]], path[1:])


# Patches


def _patch(resources: list[Resource], entry: Any, folder: Path) -> None:
    if unknown := set(entry) - {"path", "patch", "target"}:
        raise NotImplementedError(f"{folder}: {', '.join(unknown)}")
    text = (folder / entry["path"]).read_text() if "path" in entry else entry["patch"]
    patch = yaml.safe_load(text)
    if target := entry.get("target"):
        chosen = [one for one in resources if _is_meant(one, **target)]
    else:
        chosen = [_one(resources, patch["kind"], patch["metadata"]["name"])]
    # kustomize says nothing when a target is nowhere; here it would be a slip.
    if not chosen and "Component" not in (folder / "kustomization.yaml").read_text():
        raise LookupError(f"{folder}: nothing is {target}")
    change: Callable[[Resource], None]
    if isinstance(patch, list):

        def change(resource: Resource) -> None:
            for operation in patch:
                _operate(resource, **operation)
    else:
        patch = {key: value for key, value in patch.items() if key not in {"apiVersion", "kind"}}
        patch["metadata"] = {k: v for k, v in patch["metadata"].items() if k != "name"}

        def change(resource: Resource) -> None:
            resource |= _merged(resource, deepcopy(patch))

    for resource in chosen:
        change(resource)


def _is_meant(resource: Resource, kind: str, name: str = ".*") -> bool:
    return resource["kind"] == kind and bool(re.fullmatch(name, resource["metadata"]["name"]))


def _operate(resource: Resource, op: str, path: str, value: Any = None) -> None:
    """One operation of a JSON patch (RFC 6902)."""
    *above, last = path.removeprefix("/").split("/")
    holder: Any = resource
    for step in above:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    key: Any = int(last) if isinstance(holder, list) else last
    match op:
        case "remove":
            del holder[key]
        case "replace":
            if isinstance(holder, dict) and key not in holder:
                raise LookupError(path)
            holder[key] = deepcopy(value)
        case "add" if isinstance(holder, dict):
            holder[key] = deepcopy(value)
        case _:
            raise NotImplementedError(f"{op} {path}")


def _merged(old: Any, new: Any, key: str = "") -> Any:
    """Strategic merge: dicts by key, some lists by what names their members."""
    if isinstance(old, dict) and isinstance(new, dict):
        merged = dict(old)
        for name, value in new.items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = _merged(merged[name], value, name) if name in merged else value
        # One way to say a variable, and one kind of a volume.
        if key == "env" and "valueFrom" in new:
            merged.pop("value", None)
        return merged
    if isinstance(old, list) and isinstance(new, list) and (by := _MERGE_KEYS.get(key)):
        members = {member[by]: member for member in old}
        for member in new:
            known = members.get(member[by])
            members[member[by]] = member if known is None else _merged(known, member, key)
        return list(members.values())
    return new


# Labels and images


def _label(
    resources: list[Resource],
    pairs: dict[str, str],
    includeSelectors: bool = False,  # noqa: N803 - as in the file
    includeTemplates: bool = False,  # noqa: N803
) -> None:
    for resource in resources:
        resource["metadata"]["labels"] = resource["metadata"].get("labels", {}) | pairs
        kind, spec = resource["kind"], resource.get("spec", {})
        if kind in {"Deployment", "StatefulSet", "Job"} and (includeSelectors or includeTemplates):
            metadata = spec["template"].setdefault("metadata", {})
            metadata["labels"] = metadata.get("labels", {}) | pairs
        if not includeSelectors:
            continue
        match kind:
            case "Deployment":
                spec["selector"]["matchLabels"] |= pairs
                for spread in spec["template"]["spec"].get("topologySpreadConstraints", []):
                    spread["labelSelector"]["matchLabels"] |= pairs
            case "PodDisruptionBudget":
                spec["selector"]["matchLabels"] |= pairs
            case "Service" | "StatefulSet" | "NetworkPolicy" | "Job":
                raise NotImplementedError(f"selectors of {kind}")


def _set_image(
    resources: list[Resource],
    name: str,
    newName: str | None = None,  # noqa: N803 - as in the file
    newTag: str | None = None,  # noqa: N803
) -> None:
    for resource in resources:
        for holder in _dicts(resource):
            if re.fullmatch(rf"{re.escape(name)}(:[\w.-]+)?", str(holder.get("image", ""))):
                holder["image"] = f"{newName or name}:{newTag}"
