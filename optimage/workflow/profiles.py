# SPDX-License-Identifier: LGPL-3.0-or-later
"""Profiles on their way from files to judging: checked, compared, applied."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from optimage.dicom.dictionary import is_keyword
from optimage.errors import ProfileError
from optimage.messages import N_, Message
from optimage.model.profile import Profile, ProfileRevision
from optimage.plugins.manager import load_plugins
from optimage.plugins.parameters import check_parameters
from optimage.profile_files.difference import difference
from optimage.profile_files.load import LoadedProfile, load_profile
from optimage.resources import data_folder
from optimage.spc.budget import budget
from optimage.store.engine import Store


def check_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Check profile files, folders searched for `*.toml`; return those looked at.

    Raises
    ------
    ProfileError
        Every mistake in every file, each with file, line and key.
    """
    files = [file for path in paths for file in (sorted(path.rglob("*.toml")) if path.is_dir() else [path])]
    problems: list[Message] = []
    for file in files:
        try:
            read_file(file)
        except ProfileError as error:
            problems.extend(error.problems or (error.message,))
    if problems:
        raise ProfileError(
            "profile_invalid",
            N_("{count} mistakes in {files} files"),
            advice=N_("mend the lines named and check again"),
            count=len(problems),
            files=len(files),
        ).with_problems(tuple(problems))
    return tuple(files)


def read_file(path: Path) -> LoadedProfile:
    """Read and validate one profile against the installed modules and the DICOM dictionary."""
    modules = {name: module.info for name, module in load_plugins().modules.items()}
    return load_profile(path, is_keyword=is_keyword, modules=modules, check_parameters=check_parameters)


def apply_file(store: Store, path: Path, *, author: str, reason: str) -> ProfileRevision:
    """Make the file's profile the current revision; the same text again changes nothing."""
    profile, text, digest = read_file(path)
    source = str(path.resolve())
    return store.profiles.apply(profile, text=text, sha256=digest, author=author, reason=reason, source=source)


def difference_to_current(store: Store, path: Path) -> tuple[Message, ...]:
    """Return what applying the file would change, line by line."""
    new = read_file(path)[0]
    current = next((r for r in store.profiles.current() if r.profile.id == new.id), None)
    if current is None:
        return (Message(N_("{profile} is new"), {"profile": new.id}),)
    return difference(current.profile, new)


def edited_since(revisions: Iterable[ProfileRevision]) -> frozenset[str]:
    """Return the ids of profiles whose file says something else than what was applied from it."""
    return frozenset(revision.profile.id for revision in revisions if _is_edited(revision))


def _is_edited(revision: ProfileRevision) -> bool:
    path = Path(revision.source)
    try:
        return bool(revision.source) and sha256(path.read_bytes()).hexdigest() != revision.sha256
    except OSError:  # moved or deleted: the database alone decides
        return False


def shipped_examples(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the example profiles of the program and of plugins."""
    everywhere = (data_folder("profiles"), *folders)
    return tuple(file for folder in everywhere for file in sorted(folder.rglob("*.toml")))


def false_alarms(profile: Profile) -> Message | None:
    """Say how many signals chance alone raises about the measurements that a profile judges; None if it judges none."""
    watched = [profile.control_of(key) for key in profile.tolerances]
    return budget(watched).words if watched else None
