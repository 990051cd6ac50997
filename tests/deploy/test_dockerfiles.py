"""What can be said of the images without an engine that builds them."""

import re
from fnmatch import fnmatch

import pytest

from screentest.stack.services import Service
from support.dockerfiles import ROOT, SERVICES, Dockerfile
from support.environments import understood_by
from support.locks import members, needs, project

#: A version to the last number, and the distribution it is built on.
PINNED = re.compile(r"^[a-z]+:\d+\.\d+\.\d+-[a-z-]+$")


@pytest.fixture(params=SERVICES)
def dockerfile(request):
    return Dockerfile.of(request.param)


def test_every_service_has_one():
    assert [path.name for path in sorted(ROOT.glob("services/*"))] == list(SERVICES)


def test_images_it_builds_on_are_pinned(dockerfile):
    assert all(PINNED.match(stage.image) for stage in dockerfile.stages)
    assert {Dockerfile.of(service).shipped.image for service in SERVICES} == {
        dockerfile.shipped.image
    }


def test_all_have_one_shape():
    """But for names, the libraries, and what the api has besides: a stage, its files, its port."""

    def shape(service):
        read = Dockerfile.of(service)
        stages = [stage.instructions for stage in read.stages if stage.name != "web"]
        text = re.sub(r" +", " ", repr(stages))
        description = read.shipped.labels["org.opencontainers.image.description"]
        for own in (
            description,
            " SCREENTEST_API_HOST=0.0.0.0",
            " SCREENTEST_API_PORT=8400",
            " SCREENTEST_API_WEB_DIR=/app/web",
            "8400 ",
            "('COPY', '--from=web /build/frontend/dist web'), ",
            "('COPY', 'libs/media libs/media'), ",
            "./libs/media ",
        ):
            text = text.replace(own, "")
        return re.sub(service.replace("-", "[-_]"), "SERVICE", text)

    assert len({shape(service) for service in SERVICES}) == 1


def test_it_is_built_of_the_libraries_the_service_asks_for(dockerfile):
    built_of, _ = needs(dockerfile.service)
    wanted = {str(members()[name].relative_to(ROOT)) for name in built_of}

    copied = {s for _, sources, _ in dockerfile.stage("build").copies for s in sources}
    installed = set(re.findall(r"\./((?:libs|services)/[\w-]+)", str(dockerfile.stage("build"))))

    assert installed == wanted
    lock = f"services/{dockerfile.service}/requirements.lock"
    assert copied == {*wanted, lock, "scripts/bootstrap.lock"}


def test_everything_is_installed_by_hash(dockerfile):
    installs = [
        command
        for line in dockerfile.stage("build").all("RUN")
        for command in line.split("&&")
        if re.search(r"\bpip (install|sync)\b", command)
    ]

    assert len(installs) == 3
    for command in installs:
        by_hash = "--require-hashes" in command
        ours = "--no-deps" in command and "--offline" in command
        assert by_hash or ours, command


def test_what_it_copies_is_there_and_reaches_the_build(dockerfile):
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "**"
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    left_out = [rule for rule in rules[1:] if not rule.startswith("!")]
    for stage in dockerfile.stages:
        for origin, sources, _ in stage.copies:
            for source in sources if origin is None else []:
                assert (ROOT / source).exists(), source
                assert any(f"{source}/".startswith(f"{path}/") for path in let_in), source
                assert not any(fnmatch(source, rule) for rule in left_out), source


def test_it_runs_as_nobody_in_particular(dockerfile):
    assert dockerfile.shipped.all("USER") == ["10001:10001"]
    kinds = [kind for kind, _ in dockerfile.shipped.instructions]
    # What follows USER changes no file.
    assert not {"RUN", "COPY", "ADD"} & set(kinds[kinds.index("USER") :])


def test_it_starts_what_the_stack_starts(dockerfile):
    service = Service(dockerfile.service, dockerfile.service)

    assert dockerfile.shipped.words("ENTRYPOINT") == ["python", *service.arguments]
    assert not dockerfile.shipped.all("CMD")


def test_its_health_is_what_the_service_says_itself(dockerfile):
    (check,) = dockerfile.shipped.all("HEALTHCHECK")

    assert check.endswith('CMD ["python", "-I", "-m", "screentest.common.healthcheck"]')


def test_the_service_reads_what_it_sets_and_listens_where_it_says(dockerfile):
    environment = dockerfile.shipped.environment
    module = dockerfile.shipped.words("ENTRYPOINT")[-1]
    ours = {name for name in environment if name.startswith("SCREENTEST_")}

    assert ours <= understood_by(module)
    ports = {text for name, text in environment.items() if name.endswith("_PORT")}
    assert set(dockerfile.shipped.all("EXPOSE")[0].split()) == ports


def test_labels_say_what_it_is_and_nothing_that_differs_from_build_to_build(dockerfile):
    labels = {
        name.removeprefix("org.opencontainers.image."): text
        for name, text in dockerfile.shipped.labels.items()
    }

    assert labels["title"] == f"screentest-{dockerfile.service}"
    assert labels.keys() == {"title", "description", "licenses", "version", "revision"}
    (version,) = [a for a in dockerfile.shipped.all("ARG") if a.startswith("VERSION=")]
    service = project(ROOT / "services" / dockerfile.service)
    assert version == f"VERSION={service['version']}"
    assert labels["licenses"] == service["license"]
