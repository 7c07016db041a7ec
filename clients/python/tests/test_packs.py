"""Cast packs: made by one daemon, imported by another."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NAMES, PROJECT, Daemon, pictures

from aniwho import BadRequest, CastPack, Client, Conflict, ErrorCode, NotFound, TrashKind


@pytest.fixture(scope="module")
def guest() -> Iterator[Client]:
    """A client of a daemon of its own, where nobody is enrolled at first."""
    daemon = Daemon()
    with Client(daemon.socket) as client:
        yield client
    daemon.close()


@pytest.fixture(scope="module")
def pack(cast: Daemon, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cast without pictures, with the signature of maker@example.org."""
    folder = tmp_path_factory.mktemp("made") / "harbor"
    with Client(cast.socket) as client:
        bundle = client.write_bundle(folder, pictures=False, name="Harbor Lights").result()
    assert (bundle.images, bundle.vectors, bundle.left_out) == (0, 3 * len(NAMES), 0)
    key = folder.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "aniwho-cast-pack", "-f", key, folder / "manifest.json"], check=True)
    return folder


def allowed(pack: Path, signer: str) -> str:
    """The text of a file that allows the key of the pack to somebody."""
    return f'{signer} namespaces="aniwho-cast-pack" {(pack.parent / "key.pub").read_text()}'


def test_a_pack_makes_the_cast_known(guest: Client, pack: Path) -> None:
    for signers, signer in [(allowed(pack, "somebody@example.org"), "maker@example.org"), ("", "maker@example.org")]:
        with pytest.raises(BadRequest):
            guest.import_bundle(pack, allowed_signers=signers, signer=signer).result()
    assert list(guest.packs()) == []
    imported = guest.import_bundle(
        pack, allowed_signers=allowed(pack, "maker@example.org"), signer="maker@example.org").result()
    assert (imported.created, imported.images, imported.vectors) == (len(NAMES), 0, 3 * len(NAMES))
    assert imported.signer == "maker@example.org"
    listed = list(guest.packs())
    assert [(one.id, one.name, one.signer, one.active) for one in listed] == [
        (imported.pack, "Harbor Lights", "maker@example.org", True)]
    assert isinstance(listed[0], CastPack) and listed[0].characters == tuple(NAMES)
    character = guest.character(NAMES[0])
    assert (character.character.images, character.character.pack_images, character.character.resting_images) == (3, 3, 0)
    assert {image.pack for image in character.images} == {"Harbor Lights"} and character.images[0].format == "vector"
    answer = guest.classify(pictures("ask", NAMES[0])[0]).results[0]
    assert answer.character == NAMES[0] and answer.nearest_images[0].pack == "Harbor Lights"
    with pytest.raises(NotFound):
        guest.image(character.images[0].id)


def test_a_change_of_the_model_needs_leave(guest: Client, pack: Path) -> None:
    if not list(guest.packs()):
        guest.import_bundle(pack).result()
    guest.import_model("other", PROJECT / "models" / "resnet12.safetensors")
    with pytest.raises(Conflict) as refused:
        guest.use_model("other")
    assert refused.value.code is ErrorCode.PACKS_WOULD_REST and "Harbor Lights" in refused.value.message
    trial = guest.use_model("other", dry_run=True)
    assert "packs" in [event.event for event in guest.watch_job(trial.id)]
    changed = guest.use_model("other", without_packs=True)
    assert guest.watch_job(changed.id).result().error is None
    assert not next(guest.packs()).active and guest.character(NAMES[0]).character.resting_images == 3
    back = guest.roll_back_model()
    assert guest.watch_job(back.id).result().error is None
    assert next(guest.packs()).active


def test_a_pack_is_removed_and_comes_back(guest: Client, pack: Path) -> None:
    if not list(guest.packs()):
        guest.import_bundle(pack).result()
    number = next(guest.packs()).id
    guest.set_note(NAMES[0], "mine")
    removed = guest.remove_pack(number)
    assert removed.pack.id == number and removed.removed == tuple(NAMES[1:])
    assert next(guest.trash()).kind is TrashKind.PACK_REMOVE and list(guest.packs()) == []
    with pytest.raises(NotFound) as unknown:
        guest.remove_pack(number)
    assert unknown.value.code is ErrorCode.PACK_NOT_FOUND
    guest.undo()
    assert guest.status().characters == len(NAMES) and next(guest.packs()).vectors == 3 * len(NAMES)


def test_a_pack_of_some_characters(client: Client, tmp_path: Path) -> None:
    client.set_series(NAMES[0], "Harbor Lights")
    client.change_tags(NAMES[1], add=["pilot"])
    try:
        one = client.write_bundle(tmp_path / "a", pictures=False, series="Harbor Lights").result()
        other = client.write_bundle(tmp_path / "b", pictures=False, tag="pilot").result()
        assert (one.characters, one.vectors, other.characters) == (1, 3, 1)
    finally:
        client.set_series(NAMES[0], "")
        client.change_tags(NAMES[1], remove=["pilot"])
