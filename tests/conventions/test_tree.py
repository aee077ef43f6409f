"""The tree holds for every machine: no registry's address, no path of one computer, nothing that was meant for one session."""

import re

import pytest

# Character classes of one letter, so that this file does not find itself.
ADDRESSES = re.compile(
    r"https?://(?:registr[y]\.[\w.-]+|[\w.-]*p[y]pi[\w.-]*|files\.p[y]thonhosted\.[\w.-]+)"
    r"|\"resolve[d]\"\s*:\s*\"http"
    r"|--(?:extra-)?index-ur[l][ =]\S"
    r"|^\s*registr[y]\s*=",
    re.MULTILINE,
)
MACHINES = re.compile(r"(?<![\w.:/-])/(?:wor[k]|far[m]|hom[e]/\w+|roo[t]|tm[p])/[\w.]|\.\./share[d]/")
TEXT = {".py", ".toml", ".lock", ".md", ".yaml", ".yml", ".ini", ".json", ".ts", ".vue", ".css", ".html", ".mako", ".js", ".mjs", ".txt"}


@pytest.fixture(scope="module")
def texts(root, tracked):
    found = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in tracked if path.suffix in TEXT}
    assert "pyproject.toml" in found
    assert "requirements.lock" in found
    return found


def hits(pattern, texts):
    return [f"{name}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0]}" for name, text in texts.items() for hit in pattern.finditer(text)]


def test_no_registry_address(texts):
    assert not hits(ADDRESSES, texts), "names, versions and hashes are enough; the address belongs to the machine"


def test_no_path_of_one_machine(texts):
    assert not hits(MACHINES, texts), "make it relative or take it from the environment"


def test_the_patterns_find_what_they_are_for():
    assert ADDRESSES.search('"resolved": "' + "https://example.org/x.tgz")
    assert ADDRESSES.search("--index-" + "url https://example.org/simple")
    assert MACHINES.search("open('/tm" + "p/x')")
    assert not MACHINES.search("https://example.org/wo" + "rk/shop")


def test_every_pin_has_its_hash(root):
    for lock in ("requirements.lock", "requirements-build.lock", "requirements-dev.lock", "frontend/node.lock"):
        entries = re.split(r"\n(?=[a-z])", (root / lock).read_text(encoding="utf-8").strip())
        assert entries
        for entry in entries:
            assert re.match(r"[\w.\[\]-]+==", entry), entry
            assert "--hash=sha256:" in entry, entry


def test_the_two_readmes_tell_the_same_story(root):
    """Same headings in number and level, same commands in the same order."""
    english, chinese = ((root / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    for pattern in (r"(?m)^#+(?= )", r"(?m)^(?:make|export|dangjian|\.venv/bin/dangjian|git clone)\b.*$", r"`(?:make \w+|DANGJIAN_\w+)`"):
        assert re.findall(pattern, english) == re.findall(pattern, chinese), pattern


def test_links_in_the_docs_lead_somewhere(root, tracked):
    broken = []
    for path in (path for path in tracked if path.suffix == ".md"):
        targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
        broken += [f"{path.relative_to(root)}: {target}" for target in targets if not (path.parent / target).exists()]
    assert not broken
