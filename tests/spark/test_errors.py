"""Where Spark, Java or the cluster is absent, `leadpact replay` says what to do about it."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leadpact.base.errors import LeadpactError
from leadpact.pact.document import default_pact_text
from leadpact.site.commands import engines
from leadpact.site.commands.replay import replay


def asked(folder: Path, *words: str) -> Result:
    pact = folder / "pact.yaml"
    pact.write_text(default_pact_text(), encoding="utf-8")
    return CliRunner().invoke(replay, [str(pact), "--history", str(folder), *words])


def error_of(done: Result) -> LeadpactError:
    assert isinstance(done.exception, LeadpactError), done.exception
    return done.exception


@pytest.fixture
def everything_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    monkeypatch.setattr(engines, "find_spec", lambda _: find_spec("json"))


def test_without_pyspark_it_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    error = error_of(asked(tmp_path, "--engine", "spark", "--master", "spark://127.0.0.1:1"))
    assert error.code == "no_spark"
    assert "pyspark and pyarrow cannot be found" in error.message
    assert "leadpact[spark]" in error.what_to_do


@pytest.mark.usefixtures("everything_installed")
def test_without_java_it_names_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    error = error_of(asked(tmp_path, "--engine", "spark", "--master", "spark://127.0.0.1:1"))
    assert error.code == "no_spark"
    assert "Java 17" in error.what_to_do


@pytest.mark.usefixtures("everything_installed")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--engine", "spark", "--master", "spark://127.0.0.1:1"], "no_cluster"),
        (["--engine", "spark"], "no_cluster"),
        (["--master", "spark://127.0.0.1:1"], "master_for_nothing"),
    ],
)
def test_a_cluster_that_is_not_there_is_told_at_once(tmp_path: Path, words: list[str], code: str) -> None:
    assert error_of(asked(tmp_path, *words)).code == code


def test_asking_for_help_loads_no_cluster() -> None:
    assert CliRunner().invoke(replay, ["--help"]).exit_code == 0
    assert "pyspark" not in sys.modules
