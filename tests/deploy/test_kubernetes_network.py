"""Who may talk to whom: as DESIGN says, services to servers and never to one another."""

from urllib.parse import urlsplit

import pytest

from screentest.common.services import SERVICES
from support.environments import understood_by
from support.kustomize import render
from support.manifests import K8S, OVERLAYS, labels_of, of_kind, selects, workloads

SERVERS = {"postgres": 5432, "rabbitmq": 5672}
OUTSIDE = "the internet"
PUBLIC = {"cidr": "0.0.0.0/0"}
PRIVATE = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"}


def pods_of(name):
    """Who -> labels of its pods; servers of elsewhere by the labels they must have."""
    pods = {labels_of(one)["app.kubernetes.io/name"]: labels_of(one) for one in workloads(name)}
    return {server: {"screentest/server": server} for server in SERVERS} | pods


def peers(pods, peer):
    """Who is meant by one entry of from or to."""
    if block := peer.get("ipBlock"):
        assert block["cidr"] == PUBLIC["cidr"]
        assert set(block["except"]) == PRIVATE
        return {OUTSIDE}
    if namespace := peer.get("namespaceSelector"):
        # A selector of pods beside it only narrows it.
        return {f"namespace {namespace['matchLabels']['kubernetes.io/metadata.name']}"}
    return {who for who, labels in pods.items() if selects(peer["podSelector"], labels)}


def edges(name, direction):
    """(who talks, to whom, on which port) that policies of one direction allow."""
    pods = pods_of(name)
    found = set()
    for policy in of_kind(name, "NetworkPolicy"):
        spec = policy["spec"]
        for rule in spec.get(direction.lower(), []):
            assert direction in spec["policyTypes"]
            others = {
                who
                for peer in rule["from" if direction == "Ingress" else "to"]
                for who in peers(pods, peer)
            }
            assert others, f"{policy['metadata']['name']}: nobody is meant"
            for who, labels in pods.items():
                if selects(spec["podSelector"], labels):
                    for other in others:
                        pair = (other, who) if direction == "Ingress" else (who, other)
                        found |= {(*pair, port["port"]) for port in rule["ports"]}
    return found


def without_names(found):
    """All but the asking for names, which everybody may."""
    return {edge for edge in found if edge[1] != "namespace kube-system"}


@pytest.mark.parametrize("name", OVERLAYS)
def test_what_no_policy_allows_is_denied(name):
    [everything] = [
        policy["spec"]
        for policy in of_kind(name, "NetworkPolicy")
        if policy["metadata"]["name"] == "default-deny"
    ]

    assert everything == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert {
        (who, port) for who, whom, port in edges(name, "Egress") if whom == "namespace kube-system"
    } == {(who, 53) for who in pods_of(name)}


@pytest.mark.parametrize("name", OVERLAYS)
def test_services_talk_to_the_servers_and_to_nobody_else(name):
    there = set(pods_of(name)) & set(SERVICES)
    expected = {(who, server, port) for who in there for server, port in SERVERS.items()}
    expected.add(("migrate", "postgres", 5432))
    if name != "overlays/dev":
        expected |= {(who, OUTSIDE, 443) for who in there}

    assert without_names(edges(name, "Egress")) == expected


@pytest.mark.parametrize("name", OVERLAYS)
def test_pods_hear_the_ingress_controller_and_prometheus_and_nobody_else(name):
    there = set(pods_of(name)) & set(SERVICES)
    expected = {("namespace monitoring", who, 9400) for who in there}
    if name == "overlays/dev":
        for server, port in SERVERS.items():
            expected |= {(who, server, port) for who in {*there, "migrate"}}
            expected.add(("namespace keda", server, port))
    else:
        expected.add(("namespace ingress", "api", 8400))

    assert edges(name, "Ingress") == expected


def test_servers_of_operators_hear_the_services_and_their_own():
    found = edges("overlays/production-with-operators", "Ingress")
    for server, port in SERVERS.items():
        heard = {who for who, whom, at in found if whom == server and at == port}
        assert heard >= {*SERVICES, "namespace keda"} - {"gpu-runner"}


def test_pods_of_operators_have_the_labels_by_which_they_are_meant():
    name = "overlays/production-with-operators"
    [cluster] = of_kind(name, "Cluster")
    [broker] = of_kind(name, "RabbitmqCluster")

    assert cluster["spec"]["inheritedMetadata"]["labels"] == {"screentest/server": "postgres"}
    # Its operator hands on all but app.kubernetes.io/*.
    assert broker["metadata"]["labels"] == {"screentest/server": "rabbitmq"}


def test_traces_may_go_to_their_collector(tmp_path):
    """An overlay with the component: it is in none of ours."""
    (tmp_path / "kustomization.yaml").write_text(
        f"resources: [{K8S}/base, {K8S}/workers/gpu-runner]\n"
        f"components: [{K8S}/components/tracing]\n"
    )
    resources = render(tmp_path)

    [settings] = [r for r in resources if r["metadata"]["name"] == "settings"]
    [(variable, value)] = [
        each for each in settings["data"].items() if not each[0].startswith("SCREENTEST_")
    ]
    assert variable in understood_by("screentest.common.tracing")
    address = urlsplit(value)
    [policy] = [r["spec"] for r in resources if r["metadata"]["name"] == "traces"]
    labels = [labels_of(r) for r in resources if r["kind"] == "Deployment"]
    assert len(labels) == len(SERVICES)
    assert all(selects(policy["podSelector"], each) for each in labels)
    [rule] = policy["egress"]
    assert [port["port"] for port in rule["ports"]] == [address.port]
    [peer] = rule["to"]
    namespace = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
    assert f".{namespace}.svc" in address.hostname


def test_policies_are_for_pods_that_there_are():
    """A policy that selects nobody was meant for somebody."""
    for name in OVERLAYS:
        pods = pods_of(name)
        for policy in of_kind(name, "NetworkPolicy"):
            selector = policy["spec"]["podSelector"]
            assert any(selects(selector, labels) for labels in pods.values())
