"""Two cities and their federation on one embedded log, made by the commands themselves; each test works on a copy."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongban.adapters.cli.main import app
from tongban.adapters.keys.keystore import Keystore

PASSPHRASE = "a passphrase of nobody"
CITIES = {"sh": ("310000", "上海", "Shanghai"), "hf": ("340100", "合肥", "Hefei")}
LICENCE = "000199003000"
FORM = {
    "enterprise_name": "示例甲制造有限公司（虚构）",
    "credit_code": "X9999999000000000",
    "home_region": "340100",
    "production_address": "示例市示例路1号（虚构）",
    "application_kind": "first",
    "products": [{"name": "水泥", "model": "示-4"}],
    "legal_representative_name": "示例乙丙",
    "legal_representative_id_number": "999999199001010010",
    "contact_name": "示例丁戊",
    "contact_telephone": "+99900000001",
}
OUTCOME = {
    "licence_number": "示例-许可-2026-000001",
    "enterprise_name": FORM["enterprise_name"],
    "credit_code": FORM["credit_code"],
    "products": ["水泥"],
    "issued_on": "2026-11-22",
    "valid_until": "2031-11-21",
}
WAIT_SECONDS = 60


class Towns:
    """The homes in one folder, and commands in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            "TONGBAN_PASSPHRASE": PASSPHRASE,
            "TONGBAN_LOG": f"sqlite:///{folder / 'log.sqlite'}",
            "TONGBAN_DURABLE": "false",
            "TONGBAN_HOME": None,
        }
        self.runner = CliRunner(env=self.env)
        self.form = folder / "form.json"
        self.outcome = folder / "outcome.json"

    def home(self, town):
        return self.folder / town

    def run(self, town, *arguments, code=0, env=None):
        """Run a command in a town's home; its result."""
        result = self.runner.invoke(app, [*map(str, arguments), "--home", str(self.home(town))], env=env)
        assert result.exit_code == code, f"{arguments}: {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    def json(self, town, *arguments, **more):
        """Run a command with --json; its one answer."""
        return json.loads(self.run(town, *arguments, "--json", **more).stdout)

    def refused(self, town, *arguments, code=1, **more):
        """Run a command that must fail; its error, from standard error."""
        result = self.run(town, *arguments, "--json", code=code, **more)
        assert result.stdout == ""
        return json.loads(result.stderr)["error"]

    def act(self, town, act, *arguments, by="handler", **more):
        """An act by an officer of the town."""
        return self.json(town, "case", act, *arguments, "--officer", f"{town}-{by}", **more)

    def take_in(self, town="sh", *arguments):
        """A complete application for a licence, taken in; the case's id."""
        taken = self.act(town, "take-in", "--matter", LICENCE, "--form", self.form, "--all-materials", *arguments)
        return taken["case"]

    def hand_over(self):
        """A case that Hefei has taken over from Shanghai."""
        case = self.take_in()
        self.act("sh", "offer", case)
        self.act("hf", "take-over", case)
        return case

    def process(self, town, *arguments):
        """The same command as a process of its own."""
        environment = {name: value for name, value in {**os.environ, **self.env}.items() if value is not None}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "tongban", *arguments, "--home", str(self.home(town))],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


class NodeRun:
    """A `node run` process, ready."""

    def __init__(self, towns, town, *arguments):
        self.health_file = towns.home(town) / "health.json"
        self.process = towns.process(town, "node", "run", "--json", "--interval", "0.2", *arguments)
        wait_until(lambda: self.health().get("status") == "ok" or self.process.poll() is not None)

    def health(self):
        try:
            told = json.loads(self.health_file.read_bytes())
        except FileNotFoundError:
            return {}
        return told if told["pid"] == self.process.pid else {}

    def stop(self, number=signal.SIGTERM):
        """Ask it to stop, or see it ended; exit code, health lines, standard error."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.ended()

    def ended(self):
        out, err = self.process.communicate(timeout=WAIT_SECONDS)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], err


def wait_until(condition, seconds=WAIT_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """The federation and both cities, with officers and a portal each."""
    folder = tmp_path_factory.mktemp("towns")
    folder.chmod(0o700)
    towns = Towns(folder)
    towns.form.write_text(json.dumps(FORM), encoding="utf-8")
    towns.outcome.write_text(json.dumps(OUTCOME), encoding="utf-8")
    log = f"sqlite:///{folder / 'log.sqlite'}"
    with pytest.MonkeyPatch.context() as patch:  # a keystore that opens at once: its cost stands in the file
        for name, cheap in (("operations", 1), ("memory_bytes", 8 * 1024)):
            patch.setitem(Keystore.create.__func__.__kwdefaults__, name, cheap)
        towns.json("federation", "federation", "init", "--name", "yangtze-delta", "--log", log)
        for town, (code, zh, en) in CITIES.items():
            genesis = towns.home("federation") / "genesis.json"
            named = ("--region", code, "--name-zh", zh, "--name-en", en)
            made = towns.json(town, "region", "init", *named, "--genesis", genesis, "--log", log, "--partitions", 2)
            enrolled = towns.json("federation", "federation", "enrol", made["request"])
            assert enrolled["fingerprint"] == made["fingerprint"]
            towns.json(town, "topics", "create")
            add_people(towns, town)
    return towns


def add_people(towns, town):
    place = ("--organization", "hall", "--post", "window")
    names = ("--organization-name-zh", "政务服务中心", "--organization-name-en", "Service hall")
    titles = ("--title-zh", "窗口", "--title-en", "window", "--all-powers")
    handler = ("--officer", f"{town}-handler", "--name", "示例己")
    towns.json(town, "officer", "add", *handler, *place, *names, *titles)
    towns.json(town, "officer", "add", "--officer", f"{town}-approver", "--name", "示例庚", *place)
    portal = ("--channel", f"{town}-portal", "--kind", "portal", "--name-zh", "网上大厅", "--name-en", "Portal")
    towns.json(town, "channel", "add", *portal, "--organization", "hall", "--power", "apply", "--power", "supply")


@pytest.fixture
def towns(founded, tmp_path):
    folder = tmp_path / "towns"
    shutil.copytree(founded.folder, folder)
    folder.chmod(0o700)
    return Towns(folder)


@pytest.fixture
def node(towns):
    """Start `node run` in a town; all of them are ended with the test."""
    running = []

    def start(town, *arguments):
        running.append(NodeRun(towns, town, *arguments))
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()
