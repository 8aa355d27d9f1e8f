import pytest

from tests.backup.places import another_place


@pytest.fixture
def elsewhere(request, monkeypatch, tmp_path):
    """Return an empty place, to be in as long as a `with` lasts."""
    template = request.getfixturevalue("_empty_archive")
    return another_place(tmp_path / "there", monkeypatch, template)
