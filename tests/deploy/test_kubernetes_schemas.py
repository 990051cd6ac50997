"""Every resource is one that Kubernetes, or the operator it is for, would take."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest

from support.kustomize import identity
from support.manifests import KUSTOMIZATIONS, rendered

#: What docs/kubernetes.md promises; what is between is not asked.
OLDEST, NEWEST = "1.30", "1.36"
SCHEMAS = {
    path.stem: json.loads(path.read_text())
    for path in (Path(__file__).parents[1] / "fixtures" / "kubernetes").glob("*.json")
}


def fault(resource, version):
    """What is wrong with it, else None."""
    try:
        if schema := SCHEMAS.get(resource["kind"]):
            jsonschema.validate(resource, schema)
        else:
            kubernetes_validate.validate(resource, version, strict=True)
    except (
        jsonschema.ValidationError,
        kubernetes_validate.ValidationError,
        kubernetes_validate.SchemaNotFoundError,
    ) as error:
        return f"{identity(resource)}: {error}"
    return None


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_resource_is_valid(version):
    resources = []
    for name in KUSTOMIZATIONS:
        resources += [resource for resource in rendered(name) if resource not in resources]

    assert [said for resource in resources if (said := fault(resource, version))] == []


def test_a_slip_is_found():
    """Guards the validators: in a core resource, and in one of an operator."""
    deployment = deepcopy(next(r for r in rendered("base") if r["kind"] == "Deployment"))
    deployment["spec"]["template"]["spec"]["containers"][0]["readinessProb"] = {}
    scaled = deepcopy(
        next(r for r in rendered("overlays/production") if r["kind"] == "ScaledObject")
    )
    scaled["spec"]["minReplicas"] = 2

    assert "readinessProb" in fault(deployment, NEWEST)
    assert "minReplicas" in fault(scaled, NEWEST)
