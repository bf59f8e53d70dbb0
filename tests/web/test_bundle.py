"""The pages' scripts are built once, kept by their content, and missing parts are named."""

from pathlib import Path

import pytest

from base.errors import MissingPartError
from base.settings import Settings
from web import bundle


@pytest.mark.slow
@pytest.mark.parametrize("node_on_path", [True, False])
def test_built_once_and_then_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node_on_path: bool) -> None:
    if not node_on_path:
        monkeypatch.setattr(bundle.shutil, "which", lambda _name: None)
    settings = Settings(cache_dir=tmp_path)
    assert bundle.locate(settings) is None
    steps: list[str] = []
    built = bundle.build(settings, steps.append)
    assert len(steps) == 2
    assert "EventSource" in (built.directory / "app.js").read_text()
    assert bundle.locate(settings) == built
    bundle.build(settings, steps.append)
    assert steps[2:] == ["the pages' scripts are built already"]
    assert {path.name for path in built.directory.parent.iterdir()} <= {built.version, "build.lock"}


def test_what_went_wrong_is_passed_on_and_nothing_half_built_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_node", lambda: (Path("/nowhere/node"), Path("/nowhere/npm")))
    settings = Settings(cache_dir=tmp_path)
    with pytest.raises(MissingPartError, match="alo setup"):
        bundle.build(settings, lambda _step: None)
    assert bundle.locate(settings) is None
    assert {path.name for path in (tmp_path / "web").iterdir()} <= {"build.lock"}


def test_the_npm_lock_holds_no_address() -> None:
    assert "://" not in (bundle.ROOM / "package-lock.json").read_text()
