"""The built wheel, alone, in an empty environment: everything it needs is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

#: What a package index says when it cannot be reached.
OFFLINE = ("Connection", "Temporary failure", "Name or service", "No matching distribution")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without anything of this checkout on its path."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd, capture_output=True, text=True, check=False, env=kept,
    )  # fmt: skip


def build(source: Path, target: str, folder: Path) -> Path:
    done = run(
        sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder, cwd=source
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def wheel(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(repo_root, "wheel", tmp_path_factory.mktemp("wheel"))


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_sample_city_the_rule_books_and_the_licences(
    wheel: Path, repo_root: Path
):
    names = names_in(wheel)
    for path in (repo_root / "data").rglob("*"):
        if path.is_file():
            assert f"siting/sample_data/{path.relative_to(repo_root / 'data').as_posix()}" in names
    for path in (repo_root / "siting").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(repo_root).as_posix() in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)


def test_the_wheel_holds_no_tests_and_no_second_copy_of_the_data(wheel: Path):
    tops = {name.split("/")[0] for name in names_in(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"siting"}


def test_a_wheel_built_from_the_source_distribution_is_the_same(
    wheel: Path, repo_root: Path, tmp_path: Path
):
    with tarfile.open(build(repo_root, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.name != "sdist")
    assert names_in(build(source, "wheel", tmp_path / "wheel")) == names_in(wheel)


@pytest.fixture(scope="module")
def python(wheel: Path, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and what it depends on, and no more."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    lock = repo_root / "requirements" / "run.lock"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = run(*pip, "--require-hashes", "-r", lock, cwd=home)
    if done.returncode != 0 and any(word in done.stderr for word in OFFLINE):
        pytest.skip("no package index within reach: the wheel could not be tried")
    assert done.returncode == 0, done.stderr
    done = run(*pip, "--no-index", "--no-deps", wheel, cwd=home)
    assert done.returncode == 0, done.stderr
    return python


def test_the_lock_file_is_all_that_the_wheel_asks_for(python: Path, tmp_path: Path):
    done = run(python, "-m", "pip", "check", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(python: Path, tmp_path: Path):
    siting = python.with_name("siting.exe" if sys.platform == "win32" else "siting")
    done = run(siting, "demo", "city", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    maps = tmp_path / "city" / "maps"
    report = json.loads((maps / "report.json").read_text(encoding="utf-8"))
    assert report["identity"]
    assert (maps / "city.html").stat().st_size > 50_000
    pages = {path.stem for path in (maps / "districts").glob("*.html")}
    packages = {path.stem for path in (maps / "handover").glob("*.zip")}
    assert len(pages) >= 5
    assert packages == pages


def test_the_rule_books_test_themselves_from_the_wheel(python: Path, tmp_path: Path):
    done = run(python, "-m", "siting", "rules", "test", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
