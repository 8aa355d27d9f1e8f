"""A copy in one file to carry away."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from commentarchive.export.folder import FORMAT, NotOurs

# The first date that a ZIP can tell; the pages tell their own.
_DATE = (1980, 1, 1, 0, 0, 0)


def check_target(target: Path, folder: Path) -> None:
    """Raise NotOurs where a file is in the way, or would lie within the folder."""
    if folder.resolve() in target.resolve().parents:
        message = f"{target} would lie in the copy itself"
        raise NotOurs(message)
    if not target.exists():
        return
    try:
        with ZipFile(target) as packed:
            is_ours = packed.comment == FORMAT.encode()
    except (BadZipFile, IsADirectoryError):
        is_ours = False
    if not is_ours:
        message = f"{target} is there and is no copy of an archive"
        raise NotOurs(message)


def pack_copy(folder: Path, target: Path) -> None:
    """Pack a copy; the same copy makes the same bytes. The old file goes first."""
    draft = target.with_name(f"{target.name}.part")
    target.unlink(missing_ok=True)
    paths = sorted(each for each in folder.rglob("*") if each.is_file())
    with ZipFile(draft, "w", ZIP_DEFLATED) as packed:
        packed.comment = FORMAT.encode()
        for path in paths:
            name = path.relative_to(folder).as_posix()
            info = ZipInfo(f"{folder.resolve().name}/{name}", _DATE)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            packed.writestr(info, path.read_bytes())
    draft.replace(target)
