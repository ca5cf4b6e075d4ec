"""The commands of the compose file, run: its jobs found three cities, and its nodes carry a case, without a container.

What a container would give is put in place of it: folders for volumes, a broker and a database of the tests.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.adapters.cli.conftest import FORM, LICENCE, wait_until
from tests.adapters.postgres.fixture import drop_schema, with_schema
from tests.deployment.composed import CITIES, compose_file, container_command, script_of
from tongban.adapters.cli.main import app

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.slow]

SERVICES = compose_file()["services"]


class Composed:
    """The services, with what stands for their containers."""

    def __init__(self, folder: Path, bootstrap: str, database: str) -> None:
        self.folder = folder
        self.mark = f"c{uuid.uuid4().hex[:12]}"
        founding = SERVICES["founding"]["environment"]
        self.replaced = {
            "/var/lib/tongban": str(folder / "homes"),
            "/run/tongban": str(folder / "secrets"),
            founding["LOG"]: f"kafka://{bootstrap}",
            f"{founding['DATABASE']}?schema=": with_schema(database, self.mark + "_"),
            "$DATABASE?schema=": with_schema(database, self.mark + "_"),
            "--name yangtze-delta": f"--name yangtze-delta --topic-prefix {self.mark}",
            " --genesis": f" --topic-prefix {self.mark} --genesis",
        }
        self.schemas = [with_schema(database, f"{self.mark}_{c}{s}") for c in CITIES for s in ("", "_views")]
        for name in ("homes", "secrets"):
            (folder / name).mkdir(mode=0o700)

    def put(self, text: str) -> str:
        """The text with what stands for the containers' own."""
        for told, given in self.replaced.items():
            text = text.replace(told, given)
        return text

    def environment(self, service: str) -> dict[str, str]:
        told = {name: self.put(value) for name, value in SERVICES[service].get("environment", {}).items()}
        told.pop("PGPASSFILE", None)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8"} | told | {"REPLICATION": "1"}

    def job(self, service: str) -> None:
        """Run a job to its end."""
        script = ["/bin/sh", "-euc", self.put(script_of(SERVICES[service]))]
        done = subprocess.run(script, env=self.environment(service), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, service: str) -> subprocess.Popen[str]:
        """Start a service's own command."""
        words = ["tongban", *container_command(SERVICES[service]["command"])]
        return subprocess.Popen(
            words, env=self.environment(service), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def is_well(self, service: str) -> bool:
        """What the service's health check says."""
        words = ["tongban", *container_command(SERVICES[service]["healthcheck"]["test"])]
        return subprocess.run(words, env=self.environment(service), capture_output=True, check=False).returncode == 0

    def says(self, service: str) -> str:
        """The status in a node's health file."""
        path = Path(self.environment(service)["TONGBAN_HOME"]) / "health.json"
        return json.loads(path.read_bytes())["status"] if path.exists() else "none"

    def run(self, service: str, *words: str) -> dict:
        """A command beside the node, as `docker compose exec` runs it; its answer."""
        done = CliRunner(env=self.environment(service)).invoke(app, [*words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def composed(tmp_path, kafka_bootstrap: str, postgres_database: str) -> Iterator[Composed]:
    tmp_path.chmod(0o700)
    composed = Composed(tmp_path, kafka_bootstrap, postgres_database)
    yield composed
    for url in composed.schemas:
        drop_schema(url)


def test_the_composed_cities_carry_a_case_from_one_to_another(composed: Composed) -> None:
    composed.job("passwords")
    secrets = list((composed.folder / "secrets").iterdir())
    assert {each.stat().st_mode & 0o777 for each in secrets} == {0o600}
    composed.job("founding")
    founded = composed.run("shanghai", "config", "show")
    assert founded["settings"]["region"]["value"] == "310000"
    (composed.folder / "homes" / "hefei" / "enrolled").unlink()
    composed.job("founding")  # run again, as after a loss of power in the middle, it changes nothing
    nodes = {city: composed.start(city) for city in CITIES}
    try:
        for city in CITIES:
            wait_until(lambda name=city: composed.says(name) == "ok" or nodes[name].poll() is not None)
            assert nodes[city].poll() is None, nodes[city].stdout.read()
            assert composed.is_well(city)
        for city in ("shanghai", "hefei"):
            names = ("--organization-name-zh", "政务服务中心", "--organization-name-en", "Service hall")
            titles = ("--title-zh", "窗口", "--title-en", "window", "--all-powers")
            place = ("--organization", "hall", "--post", "window")
            composed.run(city, "officer", "add", "--officer", f"{city}-1", "--name", "示例己", *place, *names, *titles)
        form = composed.folder / "form.json"
        form.write_text(json.dumps(FORM), encoding="utf-8")
        by = ("--officer", "shanghai-1")
        taken = composed.run(
            "shanghai", "case", "take-in", "--matter", LICENCE, "--form", str(form), "--all-materials", *by
        )
        case = taken["case"]
        composed.run("shanghai", "case", "offer", case, "--wait", *by)
        wait_until(lambda: composed.run("hefei", "case", "list", "--pen", "340100")["cases"])
        assert composed.run("hefei", "case", "take-over", case, "--wait", "--officer", "hefei-1")["published"]
        wait_until(lambda: len({str(composed.run(city, "views", "digest")["digests"]) for city in CITIES}) == 1)
        for node in nodes.values():
            node.terminate()
        assert {node.wait(60) for node in nodes.values()} == {0}
        assert not composed.is_well("hefei")
    finally:
        for node in nodes.values():
            node.kill()
            node.communicate()
