"""The mirror's address comes from the machine's own apt sources, in both formats."""

from pathlib import Path

import pytest

from base import debian
from base.apt_sources import AptSource, archives, os_release, parse_deb822, parse_one_line, read_sources
from base.debian import find_prefix
from base.errors import MissingPartError


def test_the_one_line_format_with_options_comments_and_sources() -> None:
    text = """
    # deb http://old.example/debian bookworm main
    deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://m.example/debian bookworm main contrib # ours
    deb-src http://m.example/debian bookworm main
    nonsense
    """

    assert parse_one_line(text) == [
        AptSource(
            uri="http://m.example/debian",
            suite="bookworm",
            components=("main", "contrib"),
            signed_by="/usr/share/keyrings/k.gpg",
        )
    ]


def test_the_stanza_format_with_many_suites_and_a_disabled_stanza() -> None:
    text = (
        "Types: deb deb-src\n# a comment\nURIs: http://m.example/debian\nSuites: trixie trixie-updates\n"
        "Components: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n"
        "\nEnabled: no\nTypes: deb\nURIs: http://off.example\nSuites: x\nComponents: main\n"
    )

    found = parse_deb822(text)

    assert [(s.uri, s.suite, s.signed_by) for s in found] == [
        ("http://m.example/debian", "trixie", None),
        ("http://m.example/debian", "trixie-updates", None),
    ]


def test_third_parties_and_security_are_not_the_distributions_archive(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://third.example/linux bookworm main\n")
    (parts / "a.list").write_text("deb http://other.example/apt bookworm stable\n")
    (parts / "debian.sources").write_text(
        "Types: deb\nURIs: http://m.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\n"
        "Types: deb\nURIs: http://m.example/debian-security\nSuites: bookworm-security\nComponents: main\n"
    )

    found = archives(read_sources(tmp_path), "bookworm")

    assert [s.uri for s in found] == ["http://m.example/debian", "http://third.example/linux"]


def test_a_machine_without_sources_has_none(tmp_path: Path) -> None:
    assert read_sources(tmp_path / "nothing") == []


@pytest.mark.parametrize("stamp", ["", "{", '{"versions": {}}', '{"versions": {}, "architecture": "other"}'])
def test_a_prefix_without_a_good_stamp_is_no_prefix(tmp_path: Path, stamp: str) -> None:
    (tmp_path / "alo-packages.json").write_text(stamp)

    assert find_prefix(tmp_path, ["asterisk"]) is None


def test_a_mirror_that_does_not_answer_is_said_in_plain_words_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os_release().get("ID") != "debian":
        pytest.skip("apt of Debian is asked here")
    dead = AptSource(uri="http://127.0.0.1:9/debian", suite="testing", components=("main",))
    monkeypatch.setattr(debian, "read_sources", lambda: [dead])

    with pytest.raises(MissingPartError, match=r"mirror.*did not give.*Check the network"):
        debian.fetch_prefix(tmp_path / "prefix", ["hello"])

    assert [path.name for path in tmp_path.iterdir()] == ["prefix.lock"]


def test_a_machine_that_is_not_debian_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "os_release", lambda: {"ID": "fedora", "PRETTY_NAME": "Fedora 42"})

    with pytest.raises(MissingPartError, match=r"Fedora 42.*Install Asterisk 20"):
        debian.fetch_prefix(tmp_path / "prefix", ["hello"])
