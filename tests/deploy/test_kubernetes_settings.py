"""What pods are told is what the code reads: variables, commands, Secrets, ports and probes."""

import importlib
import os
import re
import runpy
import sys

import httpx
import pytest
from obstore.exceptions import BaseError, UnknownConfigurationKeyError
from obstore.store import S3Store

from screentest.api.app import create_app
from screentest.api.deps import Deps
from screentest.api.settings import ApiSettings
from screentest.common.events import SegmentRendered
from screentest.common.objects import Objects
from screentest.common.probes import ProbeServer
from screentest.common.settings import CommonSettings
from screentest.common.topology import queue_name
from support.environments import SETTINGS, understood_by
from support.manifests import (
    KUSTOMIZATIONS,
    OVERLAYS,
    ROOT,
    containers,
    of_kind,
    pod_of,
    rendered,
    services,
    workloads,
)

DOCUMENT = (ROOT / "docs" / "kubernetes.md").read_text()
#: What each Secret that nobody generates has to hold; docs/kubernetes.md says how to make them.
SECRETS = {
    **{
        f"screentest-{name}": {"pg-dsn", "amqp-url"}
        for name in ("api", "dispatcher", "gpu-runner", "qa", "promotion")
    },
    "screentest-migrate": {"pg-dsn", "role-passwords"},
    "screentest-objects": set(),
    "screentest-scaler": {"pg-connection", "amqp-url"},
}
VALUES = {
    "pg-dsn": "postgresql://screentest_x:secret@postgres/screentest",
    "amqp-url": "amqp://screentest-x:secret@rabbitmq/",
    "role-passwords": '{"api": "secret"}',
}
#: CloudNativePG makes it.
OF_OPERATORS = {"postgres-app": {"uri"}}


def is_known_to_obstore(variable):
    """Whether it is one of the AWS_* that storage is told by."""
    try:
        S3Store("bucket", config={variable: "true"})
    except UnknownConfigurationKeyError:
        return False
    except BaseError:
        # It is no key, region or address: but it was taken for one.
        pass
    return variable.startswith("AWS_")


def ours(name):
    """(workload, container) of all that runs our code."""
    for workload in workloads(name):
        for container in containers(workload):
            if container["image"].startswith("screentest/"):
                yield workload, container


def module_of(container):
    command = container["command"]
    return command[command.index("-m") + 1]


def config_of(name, container):
    """What a container gets from ConfigMaps."""
    maps = {one["metadata"]["name"]: one["data"] for one in of_kind(name, "ConfigMap")}
    sources = [
        source["configMapRef"]["name"]
        for source in container.get("envFrom", [])
        if "configMapRef" in source
    ]
    return {key: value for source in sources for key, value in maps[source].items()}


def environment_of(name, container):
    """Everything it is told, Secrets by what they would hold."""
    told = config_of(name, container)
    for variable in container.get("env", []):
        if "value" in variable:
            told[variable["name"]] = variable["value"]
        else:
            key = variable["valueFrom"]["secretKeyRef"]["key"]
            told[variable["name"]] = VALUES.get(key, VALUES["pg-dsn"])
    return told


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_variable_is_read_by_who_is_told(name):
    for workload, container in ours(name):
        told = environment_of(name, container)
        rest = set(told) - understood_by(module_of(container))
        unknown = {variable for variable in rest if not is_known_to_obstore(variable)}
        assert unknown == set(), f"{workload['metadata']['name']} does not read all of it"


@pytest.mark.parametrize("name", OVERLAYS)
def test_settings_accept_what_they_are_told(name, monkeypatch):
    for variable in list(os.environ):
        if variable.startswith("SCREENTEST_"):
            monkeypatch.delenv(variable)
    for _, container in ours(name):
        with monkeypatch.context() as environment:
            for variable, value in environment_of(name, container).items():
                environment.setenv(variable, value)
            SETTINGS[module_of(container)]()


def test_documented_variables_of_s3_are_known_by_obstore():
    named = set(re.findall(r"AWS_[A-Z_]+[A-Z]", DOCUMENT))

    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= named
    assert {variable for variable in named if not is_known_to_obstore(variable)} == set()
    assert not is_known_to_obstore("AWS_REGOIN")


def test_every_command_gets_as_far_as_its_settings(monkeypatch):
    """A module that is not there, or an option that it does not know, ends before."""
    commands = {tuple(one["command"]) for name in OVERLAYS for _, one in ours(name)}
    assert len(commands) == 12
    for variable in list(os.environ):
        if variable.startswith("SCREENTEST_"):
            monkeypatch.delenv(variable)

    for python, *flags, minus_m, module, argument, option in map(padded, commands):
        assert (python, flags, minus_m) == ("python", ["-s", "-P"], "-m")
        monkeypatch.setattr(sys, "argv", [module, *filter(None, [argument, option])])
        with pytest.raises(SystemExit, match="SCREENTEST_PG_DSN is not set"):
            if module.startswith("screentest.common."):
                importlib.import_module(module).main()
            else:
                runpy.run_module(module, run_name="__main__")


def padded(command):
    """A command with at most two arguments, those it has not as None."""
    end = command.index("-m") + 2
    return (*command[:end], *(*command[end:], None, None)[:2])


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_every_secret_is_made_here_or_documented(name):
    here = {one["metadata"]["name"]: set(one["data"]) for one in of_kind(name, "Secret")}
    wanted = SECRETS | OF_OPERATORS | here
    for workload in workloads(name):
        for container in containers(workload):
            for variable in container.get("env", []):
                if "valueFrom" in variable:
                    reference = variable["valueFrom"]["secretKeyRef"]
                    assert reference["key"] in wanted[reference["name"]]
            for source in container.get("envFrom", []):
                if "secretRef" in source:
                    assert source["secretRef"]["name"] in wanted
    for authentication in of_kind(name, "TriggerAuthentication"):
        for target in authentication["spec"]["secretTargetRef"]:
            assert target["key"] in wanted[target["name"]]


def test_the_document_says_what_secrets_hold():
    for secret, keys in SECRETS.items():
        # By its name, or as one of those of the services.
        assert f"`{secret}`" in DOCUMENT or "`screentest-<service>`" in DOCUMENT
        for key in keys:
            assert f"`{key}`" in DOCUMENT, f"docs/kubernetes.md does not name {secret}/{key}"


@pytest.mark.parametrize("name", OVERLAYS)
def test_what_pods_mount_and_are_told_from_is_there(name):
    maps = {one["metadata"]["name"] for one in of_kind(name, "ConfigMap")}
    claims = {one["metadata"]["name"] for one in of_kind(name, "PersistentVolumeClaim")}
    accounts = {one["metadata"]["name"] for one in of_kind(name, "ServiceAccount")}
    for workload in workloads(name):
        pod = pod_of(workload)
        for volume in pod.get("volumes", []):
            if "configMap" in volume:
                assert volume["configMap"]["name"] in maps
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                assert claim in claims or f"`{claim}`" in DOCUMENT
        if workload["kind"] != "StatefulSet":
            assert pod["serviceAccountName"] in accounts
        for container in containers(workload):
            mounted = {mount["name"] for mount in container.get("volumeMounts", [])}
            templates = workload["spec"].get("volumeClaimTemplates", [])
            volumes = [*pod.get("volumes", []), *(one["metadata"] for one in templates)]
            assert mounted <= {volume["name"] for volume in volumes}
            for source in container.get("envFrom", []):
                if "configMapRef" in source:
                    assert source["configMapRef"]["name"] in maps


@pytest.mark.parametrize("name", OVERLAYS)
def test_ports_are_those_the_code_listens_on(name):
    for service, deployment in services(name).items():
        container = pod_of(deployment)["containers"][0]
        told = environment_of(name, container)
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        expected = {"probes": int(told["SCREENTEST_PROBE_PORT"])}
        if service == "api":
            expected["http"] = int(told["SCREENTEST_API_PORT"])
            assert told["SCREENTEST_API_HOST"] == "0.0.0.0"
        assert ports == expected
        assert told["SCREENTEST_PROBE_HOST"] == "0.0.0.0"
        annotations = deployment["spec"]["template"]["metadata"]["annotations"]
        assert annotations["prometheus.io/port"] == told["SCREENTEST_PROBE_PORT"]
        writes = [mount["mountPath"] for mount in container["volumeMounts"]]
        assert told["SCREENTEST_TEMP_DIR"] in writes


async def answer_of_probe_server(path):
    server = ProbeServer(lambda: None)
    port = await server.start("127.0.0.1", 0)
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{port}{path}")).status_code
    finally:
        await server.stop()


async def answer_of_api(path):
    """Of one whose database is away: no pool can be asked."""
    settings = ApiSettings(pg_dsn="", amqp_url="", objects_url="memory:///")
    deps = Deps(pool=None, objects=Objects.open(settings.objects_url), settings=settings)
    transport = httpx.ASGITransport(create_app(deps))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        return (await client.get(path)).status_code


@pytest.mark.parametrize("name", OVERLAYS)
async def test_probes_and_prometheus_ask_what_is_answered(name):
    asked = set()
    for deployment in services(name).values():
        container = pod_of(deployment)["containers"][0]
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            get = container[kind]["httpGet"]
            asked.add((get["port"], get["path"]))
        annotations = deployment["spec"]["template"]["metadata"]["annotations"]
        asked.add(("probes", annotations["prometheus.io/path"]))

    answers = {
        place: await (answer_of_api if place[0] == "http" else answer_of_probe_server)(place[1])
        for place in asked
    }

    assert answers == dict.fromkeys(asked, 200)
    assert ("http", "/") in asked


@pytest.mark.parametrize("name", OVERLAYS)
def test_services_and_ingresses_lead_to_a_port_of_a_pod(name):
    for service in of_kind(name, "Service"):
        selector = service["spec"]["selector"]
        chosen = [
            workload
            for workload in workloads(name)
            if selector.items() <= workload["spec"]["template"]["metadata"]["labels"].items()
        ]
        assert len(chosen) == 1, service["metadata"]["name"]
        ports = {p["name"]: p["containerPort"] for p in pod_of(chosen[0])["containers"][0]["ports"]}
        for port in service["spec"]["ports"]:
            assert port.get("targetPort", port["port"]) in {*ports, *ports.values()}
    known = {one["metadata"]["name"]: one for one in of_kind(name, "Service")}
    for ingress in of_kind(name, "Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                names = {port["name"] for port in known[backend["name"]]["spec"]["ports"]}
                assert backend["port"]["name"] in names


def test_the_ingress_lets_uploads_and_live_events_through():
    [ingress] = of_kind("overlays/production", "Ingress")
    said = ingress["metadata"]["annotations"]
    largest = SETTINGS["screentest.api"].model_fields["max_image_bytes"].default
    for key in ("nginx.ingress.kubernetes.io/proxy-body-size", "nginx.org/client-max-body-size"):
        assert int(said[key].removesuffix("m")) << 20 > largest + (1 << 20)
    for key in ("nginx.ingress.kubernetes.io/proxy-buffering", "nginx.org/proxy-buffering"):
        assert said[key].lower() in {"off", "false"}
    for key in ("nginx.ingress.kubernetes.io/proxy-read-timeout", "nginx.org/proxy-read-timeout"):
        assert int(said[key].removesuffix("s")) >= 600


def test_pods_are_given_the_time_that_a_stop_takes():
    from screentest.gpu_runner.worker import loop

    for name in OVERLAYS:
        for service, deployment in services(name).items():
            pod = pod_of(deployment)
            container = pod["containers"][0]
            told = environment_of(name, container)
            # Handlers that have begun, and the outbox (common/service.py).
            takes_s = float(CommonSettings.model_fields["drain_s"].default) + 2
            takes_s += (
                container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            )
            match service:
                case "api":
                    takes_s += SETTINGS["screentest.api"].model_fields["stop_s"].default
                case "gpu-runner":
                    takes_s += float(told["SCREENTEST_GPU_RUNNER_GRACE_S"]) + loop._LAST_WORDS_S
            assert pod["terminationGracePeriodSeconds"] >= takes_s + 10, service


def test_the_queue_that_qa_is_scaled_by_is_the_one_it_hears():
    [scaled] = of_kind("overlays/production", "ScaledObject")
    [trigger] = scaled["spec"]["triggers"]

    assert trigger["metadata"]["queueName"] == queue_name("qa", SegmentRendered)
    assert scaled["spec"]["scaleTargetRef"]["name"] == "qa"


def test_images_are_those_of_this_version():
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for name in ("overlays/production", "overlays/gpu-comfyui-sidecar"):
        for workload, container in ours(name):
            image = container["image"]
            assert image.endswith(f":{version}"), f"{workload['metadata']['name']}: {image}"
            label = workload["metadata"]["labels"]["app.kubernetes.io/name"]
            assert image.split(":")[0] == f"screentest/{'api' if label == 'migrate' else label}"


def test_nothing_is_rendered_that_nobody_knows():
    """Guards the helpers: a kind that they overlook would be checked by no test here."""
    kinds = {resource["kind"] for name in KUSTOMIZATIONS for resource in rendered(name)}

    assert kinds == {
        "Cluster", "ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job",
        "Namespace", "NetworkPolicy", "PersistentVolumeClaim", "PodDisruptionBudget",
        "RabbitmqCluster", "ScaledObject", "Secret", "Service", "ServiceAccount", "StatefulSet",
        "TriggerAuthentication",
    }  # fmt: skip
