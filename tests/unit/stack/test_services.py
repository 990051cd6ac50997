import pytest

from screentest.stack.services import environment, services, stop_stages

COMFYUI = ("http://one:8188", "https://two/comfy")


class Addresses:
    """What `environment` asks of the servers."""

    class folder:  # noqa: N801
        path = "/data/stack"

    def pg_dsn(self, role):
        return f"postgresql://{role}"

    class rabbitmq:  # noqa: N801
        @staticmethod
        def service_url(account):
            return f"amqp://{account}@broker"


@pytest.fixture
def environment_of(monkeypatch):
    monkeypatch.delenv("SCREENTEST_GPU_RUNNER_BACKEND", raising=False)
    made = services(runners=2, api_ports=[8400, 8401], comfyui_urls=COMFYUI)
    by_name = {one.name: one for one in made}

    def of(name, **extra):
        return environment(by_name[name], Addresses(), probe_port=9000, extra=extra)

    return of


def test_every_runner_is_a_worker_of_its_own(environment_of):
    workers = {
        environment_of(f"gpu-runner-{number}")["SCREENTEST_GPU_RUNNER_WORKER"] for number in (1, 2)
    }

    assert workers == {"gpu-runner-1", "gpu-runner-2"}


def test_every_comfyui_server_has_a_worker_of_its_own(environment_of, monkeypatch):
    monkeypatch.setenv("SCREENTEST_GPU_RUNNER_BACKEND", "builtin")
    monkeypatch.setenv("SCREENTEST_GPU_RUNNER_COMFYUI_URL", "http://another")
    names = ("BACKEND", "COMFYUI_URL", "WORKER")

    found = [
        [environment_of(worker)[f"SCREENTEST_GPU_RUNNER_{name}"] for name in names]
        for worker in ("comfyui-1", "comfyui-2")
    ]

    assert found == [
        ["comfyui", "http://one:8188", "comfyui-1"],
        ["comfyui", "https://two/comfy", "comfyui-2"],
    ]
    assert environment_of("gpu-runner-1")["SCREENTEST_GPU_RUNNER_BACKEND"] == "builtin"


def test_comfyui_workers_may_be_the_only_ones():
    made = services(runners=0, api_ports=[8400], comfyui_urls=COMFYUI)

    assert [one.name for one in made if one.kind == "gpu-runner"] == ["comfyui-1", "comfyui-2"]


def test_a_service_gets_its_own_role(environment_of):
    assert environment_of("gpu-runner-1")["SCREENTEST_PG_DSN"].endswith("screentest_gpu_runner")
    assert environment_of("api")["SCREENTEST_PG_DSN"].endswith("screentest_api")


def test_the_callers_environment_beats_defaults_but_not_addresses(environment_of, monkeypatch):
    monkeypatch.setenv("SCREENTEST_GPU_RUNNER_BACKEND", "comfyui")
    monkeypatch.setenv("SCREENTEST_AMQP_URL", "amqp://another")

    found = environment_of("gpu-runner-1")

    assert found["SCREENTEST_GPU_RUNNER_BACKEND"] == "comfyui"
    assert found["SCREENTEST_AMQP_URL"] == "amqp://gpu-runner@broker"


def test_what_a_test_asks_for_beats_everything(environment_of):
    found = environment_of("qa", SCREENTEST_AMQP_URL="amqp://proxy")

    assert found["SCREENTEST_AMQP_URL"] == "amqp://proxy"


def test_those_who_ask_for_work_stop_before_those_who_do_it():
    stages = stop_stages(services(runners=2, api_ports=[8400, 8401]))

    assert [[service.name for service in stage] for stage in stages] == [
        ["api", "api-2"],
        ["dispatcher", "dispatcher-2"],
        ["qa", "qa-2", "promotion", "promotion-2", "gpu-runner-1", "gpu-runner-2"],
    ]


def test_replicas_differ_by_name_and_apis_by_port_too(environment_of):
    apis = [environment_of(name) for name in ("api", "api-2")]
    dispatchers = [environment_of(name) for name in ("dispatcher", "dispatcher-2")]

    assert [one["SCREENTEST_API_PORT"] for one in apis] == ["8400", "8401"]
    assert dispatchers[0] == dispatchers[1]


def test_a_built_web_app_is_served(monkeypatch, tmp_path):
    monkeypatch.delenv("SCREENTEST_API_WEB_DIR", raising=False)
    (api,) = [one for one in services(runners=0, api_ports=[8400]) if one.kind == "api"]

    def web_dir():
        found = environment(api, Addresses(), probe_port=9000, extra={}, web_dir=tmp_path)
        return found.get("SCREENTEST_API_WEB_DIR")

    before = web_dir()
    (tmp_path / "index.html").write_text("built")
    built = web_dir()
    monkeypatch.setenv("SCREENTEST_API_WEB_DIR", "/another")

    assert (before, built, web_dir()) == (None, str(tmp_path), "/another")
