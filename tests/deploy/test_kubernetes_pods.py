"""How pods run: as nobody, spread, never all gone at once, alive by themselves."""

import pytest

from screentest.common.services import SERVICES
from support.manifests import (
    OVERLAYS,
    containers,
    labels_of,
    of_kind,
    pod_of,
    rendered,
    selects,
    services,
    workloads,
)

SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


def name_of(resource):
    return resource["metadata"]["name"]


def scaled_to(name):
    """Deployment -> how many there are of it at least."""
    found = {}
    for scaler in of_kind(name, *SCALERS):
        spec = scaler["spec"]
        least = spec["minReplicas"] if "minReplicas" in spec else spec["minReplicaCount"]
        found[spec["scaleTargetRef"]["name"]] = least
    return found


@pytest.mark.parametrize("name", OVERLAYS)
def test_pods_meet_the_restricted_profile_and_write_nowhere_but_where_they_are_told(name):
    [namespace] = of_kind(name, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for workload in workloads(name):
        pod = pod_of(workload)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        assert not any("hostPath" in volume for volume in pod.get("volumes", []))
        for container in containers(workload):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, f"{name_of(workload)}/{container['name']}"


@pytest.mark.parametrize("name", OVERLAYS)
def test_pods_know_nothing_of_the_cluster(name):
    """Links to Services would be read as settings: SCREENTEST_API_PORT of a screentest-api."""
    accounts = {name_of(one): one for one in of_kind(name, "ServiceAccount")}
    for workload in workloads(name):
        pod = pod_of(workload)
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        if "serviceAccountName" in pod:
            assert accounts[pod["serviceAccountName"]]["automountServiceAccountToken"] is False
    owners = [pod_of(one)["serviceAccountName"] for one in of_kind(name, "Deployment")]
    assert len(owners) == len(set(owners)), "a ServiceAccount each"


@pytest.mark.parametrize("name", OVERLAYS)
def test_containers_ask_for_what_they_need_and_have_a_limit_of_memory(name):
    for workload in workloads(name):
        for container in containers(workload):
            resources = container["resources"]
            assert {"cpu", "memory"} <= set(resources["requests"])
            assert "memory" in resources["limits"]


@pytest.mark.parametrize("name", OVERLAYS)
def test_to_be_alive_depends_on_no_server_and_no_gpu(name):
    """`/healthz` answers as long as the process does; `/readyz` asks for the broker."""
    for deployment in of_kind(name, "Deployment"):
        for container in containers(deployment):
            if "livenessProbe" in container:
                assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        service = pod_of(deployment)["containers"][0]
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(service)


@pytest.mark.parametrize("name", OVERLAYS)
def test_there_are_two_of_every_service(name):
    least = scaled_to(name)
    for deployment in of_kind(name, "Deployment"):
        has = least.get(name_of(deployment), deployment["spec"].get("replicas"))
        # GPUs are dear, and who has one alone has no second.
        wanted = 1 if "gpu-runner" in least and name_of(deployment) == "gpu-runner" else 2
        assert has >= wanted, name_of(deployment)


@pytest.mark.parametrize("name", OVERLAYS)
def test_who_scales_a_deployment_is_the_only_one_who_says_how_many(name):
    deployments = {name_of(one): one for one in of_kind(name, "Deployment")}
    targets = [one["spec"]["scaleTargetRef"]["name"] for one in of_kind(name, *SCALERS)]
    assert len(targets) == len(set(targets))
    for target in targets:
        assert "replicas" not in deployments[target]["spec"]


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_service_is_there_once_and_selects_its_own_pods_only(name):
    expected = set(SERVICES) - ({"gpu-runner"} if name == "overlays/production" else set())
    assert set(services(name)) == expected
    deployments = of_kind(name, "Deployment")
    for one in deployments:
        mine = [d for d in deployments if selects(one["spec"]["selector"], labels_of(d))]
        assert mine == [one]


@pytest.mark.parametrize("name", OVERLAYS)
def test_pods_are_spread_and_few_at_a_time_are_taken_away(name):
    budgets = of_kind(name, "PodDisruptionBudget")
    for deployment in of_kind(name, "Deployment"):
        labels = labels_of(deployment)
        [budget] = [one for one in budgets if selects(one["spec"]["selector"], labels)]
        is_pool = labels["app.kubernetes.io/name"] == "gpu-runner"
        assert budget["spec"]["maxUnavailable"] == ("25%" if is_pool else 1)
        spreads = pod_of(deployment)["topologySpreadConstraints"]
        assert {spread["topologyKey"] for spread in spreads} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }
        assert all(selects(spread["labelSelector"], labels) for spread in spreads)
    assert len(budgets) == len(of_kind(name, "Deployment"))


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_new_version_waits_for_its_migration_and_old_pods_serve_until_it_is_ready(name):
    for service, deployment in services(name).items():
        pod = pod_of(deployment)
        [waits] = [one for one in pod["initContainers"] if one["name"] == "migrated"]
        assert waits["image"] == pod["containers"][0]["image"]
        assert waits["command"][-2:] == ["--schema", service.replace("-", "_")]
        rolling = deployment["spec"]["strategy"]["rollingUpdate"]
        # A GPU is free for the new worker when the old one has gone.
        expected = (
            {"maxSurge": 0, "maxUnavailable": "25%"}
            if service == "gpu-runner"
            else {
                "maxSurge": 1,
                "maxUnavailable": 0,
            }
        )
        assert rolling == expected
    jobs = {name_of(job): job["spec"] for job in of_kind(name, "Job")}
    before, after = jobs["migrate-before"], jobs["migrate-after"]
    assert "suspend" not in before
    assert after["suspend"] is True
    assert before["template"]["spec"]["containers"][0]["command"][-1] == "--only-pre"
    assert after["template"]["spec"]["containers"][0]["command"][-1] != "--only-pre"


def test_gpus_are_asked_for_where_they_are_and_nowhere_else():
    asking = {}
    for deployment in of_kind("overlays/gpu-comfyui-sidecar", "Deployment"):
        for container in containers(deployment):
            if gpus := container["resources"]["limits"].get("nvidia.com/gpu"):
                asking[name_of(deployment), container["name"]] = gpus
    assert asking == {("gpu-runner", "comfyui"): "1"}
    pod = pod_of(services("overlays/gpu-comfyui-sidecar")["gpu-runner"])
    assert pod["terminationGracePeriodSeconds"] == 1500
    assert {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"} in pod[
        "tolerations"
    ]
    comfyui = next(one for one in pod["initContainers"] if one["name"] == "comfyui")
    # What makes it a sidecar: it stops after the worker.
    assert comfyui["restartPolicy"] == "Always"
    told = {one["name"]: one.get("value") for one in pod["containers"][0]["env"]}
    assert told["SCREENTEST_GPU_RUNNER_COMFYUI_URL"] == "http://127.0.0.1:8188"
    assert {"--listen=127.0.0.1", "--port=8188"} <= set(comfyui["command"])


def test_a_second_pool_is_another_one_in_everything():
    first = {(r["kind"], name_of(r)) for r in rendered("workers/comfyui-sidecar")}
    second = {(r["kind"], name_of(r)) for r in rendered("workers/comfyui-sidecar-24gb")}
    assert not first & second
    [deployment] = of_kind("workers/comfyui-sidecar-24gb", "Deployment")
    [scaled] = of_kind("workers/comfyui-sidecar-24gb", "ScaledObject")
    [authentication] = of_kind("workers/comfyui-sidecar-24gb", "TriggerAuthentication")
    assert scaled["spec"]["scaleTargetRef"]["name"] == name_of(deployment)
    [trigger] = scaled["spec"]["triggers"]
    assert trigger["authenticationRef"]["name"] == name_of(authentication)
    [other] = of_kind("workers/comfyui-sidecar", "Deployment")
    assert not selects(other["spec"]["selector"], labels_of(deployment))
    assert not selects(deployment["spec"]["selector"], labels_of(other))


def test_qa_measures_as_many_clips_at_once_as_it_has_cores():
    container = pod_of(services("overlays/production")["qa"])["containers"][0]
    told = {one["name"]: one.get("value") for one in container["env"]}
    assert told["SCREENTEST_QA_PROCESSES"] == container["resources"]["limits"]["cpu"]
