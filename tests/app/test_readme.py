"""The README's commands and code run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PRIMUM = Path(sys.executable).parent / "primum"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*words], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """`./run demo`, in another folder so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("readme")
    done = run(str(PRIMUM), "demo", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Brightwater Energy" in done.stdout
    assert "audit.html" in done.stdout
    return folder


def test_the_two_commands_are_in_the_readme_and_in_the_script():
    words = [line.split("#")[0].strip() for line in blocks("sh")[0].splitlines()]
    assert words == ["./run demo", "./run test"]
    script = (ROOT / "run").read_text()
    assert "install demo" in script
    assert "install test" in script
    assert "./run test" in (ROOT / ".ci" / "run").read_text()
    assert run("sh", "-n", str(ROOT / "run"), cwd=ROOT).returncode == 0


def test_the_demo_writes_a_report(demo):
    page = (demo / "demo-company" / "reports" / "audit.html").read_text(encoding="utf-8")
    assert "<title>" in page
    assert (demo / "demo-company" / "reports" / "audit.json").exists()


def test_the_commands_for_own_files_run_on_the_demos_exports(demo, tmp_path):
    commands = [line.split("#")[0].strip() for line in blocks("sh")[1].splitlines()]
    assert [c.split()[1] for c in commands] == ["init", "check", "check", "audit", "timeline"]
    exports = sorted((demo / "demo-company" / "exports").glob("*"))
    done = run(str(PRIMUM), "init", *map(str, exports), "--name", "My company", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for command in commands[1:4]:
        done = run(str(PRIMUM), *command.split()[1:], cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "reports" / "audit.html").exists()
    done = run(str(PRIMUM), "timeline", "crm_id:BW1000000", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "marketing" in done.stdout


def test_the_strategy_of_the_readme_audits_such_files(tmp_path):
    (tmp_path / "primum.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "customers.csv").write_text("number;e-mail\nK1;Ann@example.org\n", encoding="utf-8")
    (exports / "mailings-1.csv").write_text(
        "address;sent;campaign;subject\nann@example.org;01.03.2026 09:00;spring-sale;Sale!\n", encoding="utf-8"
    )
    (exports / "letters.csv").write_text("number;printed;letter\nK1;01.03.2026;prices\n", encoding="utf-8")
    done = run(str(PRIMUM), "audit", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 contacts" in done.stdout
    assert "1 customer" in done.stdout


def test_the_python_of_the_readme_runs(demo):
    done = run(sys.executable, "-c", blocks("python")[0], cwd=demo)
    assert done.returncode == 0, done.stderr
    assert "marketing then sales" in done.stdout
