"""Characters, images, inbox, trash and checks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from conftest import NAMES, pictures

from aniwho import BadRequest, Client, Conflict, NotFound, ThresholdOrigin, TrashKind

ODD = ["a/b", "...", "100%", "初音 ミク?#&", "name with 'quotes\""]


@pytest.mark.parametrize("name", ODD)
def test_any_name_can_be_asked_for(empty: Client, name: str) -> None:
    assert empty.create_character(name).name == name
    assert empty.character(name).character.name == name
    assert empty.remove_character(name).images == 0
    with pytest.raises(NotFound):
        empty.character(name)


def test_a_character_is_changed_and_changed_back(empty: Client) -> None:
    files = pictures("enroll", NAMES[0])[:3]
    enrollment = empty.enroll("Rei", *files, source="samples")
    assert enrollment.created and [image.source for image in enrollment.added] == ["samples"] * 3
    assert len(empty.enroll("Rei", files[0]).duplicates) == 1
    assert len(empty.enroll("Asuka", files[0]).conflicts) == 1
    assert empty.change_tags("Rei", add=["pilot", "b"], remove=["b"]).tags == ("pilot",)
    assert empty.change_aliases("Rei", add=["Ayanami"]).aliases == ("Ayanami",)
    assert empty.set_series("Rei", "Evangelion").series == "Evangelion"
    assert empty.set_note("Ayanami", "blue hair").note == "blue hair"
    renamed = empty.rename_character("Rei", "Rei Ayanami")
    assert renamed.created_at.tzinfo is not None and renamed.updated_at >= renamed.created_at
    assert [character.name for character in empty.characters(tag="pilot")] == ["Rei Ayanami"]
    assert [character.name for character in empty.characters(series="Evangelion")] == ["Rei Ayanami"]
    assert [(tag.name, tag.characters) for tag in empty.tags()] == [("pilot", 1)]
    detail = empty.character("Rei Ayanami")
    assert detail.prototype and detail.prototype.count == 3 and len(detail.images) == 3
    images = [image.id for image in empty.images("Rei Ayanami")]
    assert empty.split_character("Rei Ayanami", "Clone", images[1:]).created
    assert empty.merge_character("Clone", "Rei Ayanami").character.images == 3
    assert empty.move_images(images[:1], "Somebody").character.name == "Somebody"
    assert [change.kind for change in empty.trash(limit=2)] == [
        TrashKind.IMAGE_MOVE, TrashKind.CHARACTER_MERGE, TrashKind.CHARACTER_SPLIT]
    assert empty.undo().change.kind is TrashKind.IMAGE_MOVE
    assert [image.id for image in empty.remove_images(images[:2])] == images[:2]
    change = next(empty.trash())
    assert empty.restore([change.id])[0].pictures == 2
    assert empty.remove_image(images[0]).id == images[0]
    assert empty.empty_trash().pictures == 1
    assert empty.rebuild_prototypes(character="Rei Ayanami").images == 2


def test_files_of_an_image(client: Client) -> None:
    image = next(client.images(NAMES[0]))
    original = client.image(image.id)
    assert original.content == pictures("enroll", NAMES[0])[0].read_bytes() and original.media_type == "image/png"
    assert client.image_face(image.id).content.startswith(b"\x89PNG")
    assert client.image_thumbnail(image.id, size=96).media_type == "image/jpeg"
    assert client.character_thumbnail(NAMES[0]).content.startswith(b"\xff\xd8")


def test_a_box_is_changed(empty: Client) -> None:
    image = empty.enroll("Rei", pictures("enroll", NAMES[0])[0]).added[0]
    changed = empty.change_box(image.id, box=(10, 20, 50, 60))
    assert changed.image.box == (10, 20, 50, 60) and changed.before == image.box
    assert empty.change_box(image.id, faces="whole").image.box is None


def test_the_inbox(empty: Client) -> None:
    name, other = NAMES[:2]
    kept = empty.keep(*pictures("ask", name), *pictures("ask", other), faces="whole")
    assert len(kept.kept) == 6 and kept.known == 0
    inbox = empty.inbox()
    assert sorted(picture.id for picture in inbox.pictures) == sorted(picture.id for picture in kept.kept)
    assert inbox.threshold_from is ThresholdOrigin.MODEL
    assert empty.inbox(limit=1) == inbox
    ids = [picture.id for picture in kept.kept]
    assert empty.inbox_picture(ids[0]).content == pictures("ask", name)[0].read_bytes()
    assert empty.inbox_thumbnail(ids[0], size=96).media_type == "image/jpeg"
    assert empty.inbox_face(ids[0]).media_type == "image/png"
    assert empty.name_pictures(ids[:3], name).character.images == 3
    assert [picture.id for picture in empty.discard_pictures(ids[3:4])] == ids[3:4]
    assert [picture.id for picture in empty.ignore_pictures(ids[4:])] == ids[4:]
    assert next(empty.ignored_pictures()).pictures == tuple(ids[4:])
    assert empty.inbox().groups == ()


def test_a_rejected_name_is_not_given_again(empty: Client) -> None:
    for name in NAMES[:2]:
        empty.enroll(name, *pictures("enroll", name)[:3])
    picture = pictures("ask", NAMES[0])[0]
    assert empty.classify(picture).results[0].character == NAMES[0]
    rejected = empty.reject(NAMES[0], picture)
    assert rejected[0].created and next(empty.rejections()) == rejected[0].rejection
    answer = empty.classify(picture).results[0]
    assert answer.character != NAMES[0]
    assert {one.character: one.rejection for one in answer.candidates}[NAMES[0]] == rejected[0].rejection.id
    assert empty.remove_rejection(rejected[0].rejection.id) == rejected[0].rejection
    assert empty.classify(picture).results[0].character == NAMES[0]


def test_checks(client: Client) -> None:
    review = client.review()
    assert review.images == 3 * len(NAMES) and review.accuracy and review.accuracy.low <= review.accuracy.mean
    one = client.review_character(NAMES[0])
    assert one.asked == 3 and len(one.answers) == 3 and one.neighbors
    assert sum(len(group) for group in client.propose_split(NAMES[0]).groups) == 3
    trial = client.try_calibration(false_accept=0.05)
    assert trial.allowed_false_accepts == 0.05 and trial.rule.curve
    calibration = client.calibration()
    assert calibration.calibration and calibration.calibration.characters == len(NAMES) and calibration.follows_changes


def test_heads_models_and_others(client: Client) -> None:
    active = [head.name for head in client.heads() if head.active]
    used = client.use_head("mean", dry_run=True)
    assert used.previous == active[0] and used.answers and used.answers.totals.images == 3 * len(NAMES)
    model = next(client.models())
    assert model == client.model(model.name) and model.active and model.dimensions > 0
    assert next(client.detectors()).active
    assert list(client.classifiers()) == []
    with pytest.raises(Conflict):
        client.remove_model(model.name)
    with pytest.raises(BadRequest):
        client.import_model("broken", pictures("strangers")[0])


def test_status_and_metrics(client: Client) -> None:
    status = client.status()
    assert status.images == 3 * len(NAMES) and status.model and status.model.name == "mobilenetv2"
    assert client.health() == "ok" and client.readiness() == "ready"
    assert b"aniwho_" in client.metrics().content
    assert client.openapi()["openapi"].startswith("3.1")


def test_the_log_of_changes(client: Client) -> None:
    entries = list(client.audit(limit=20))
    assert len(entries) > 40 and [entry.id for entry in entries] == sorted({entry.id for entry in entries}, reverse=True)
    assert {entry.action for entry in entries} >= {"character.create", "image.add"}
    assert list(client.audit(since=datetime.now(timezone.utc) + timedelta(hours=1))) == []


def test_tokens_and_webhooks(empty: Client) -> None:
    expiry = datetime(2099, 1, 1, tzinfo=timezone.utc)
    token = empty.create_token("bot", "reader", subjects=["classify"], expires_at=expiry)
    assert next(empty.tokens()) == token.info and token.info.expires_at == expiry
    assert empty.revoke_token("bot").name == "bot" and list(empty.tokens()) == []
    added = empty.add_webhook("bot", "http://127.0.0.1:9/", events=["unknown"])
    assert added.secret.startswith("whsec_") and next(empty.webhooks()).name == "bot"
    delivery = empty.test_webhook("bot")
    assert delivery.error and delivery.status is None
    assert empty.remove_webhook("bot").url == "http://127.0.0.1:9/"
    link = empty.create_page_link(role="reader")
    assert "#link=" in link.url and link.role == "reader" and list(empty.sessions()) == []


def test_a_list_comes_whole_in_any_pages(empty: Client) -> None:
    names = [f"character {number:02}" for number in range(60)]
    for name in names:
        empty.create_character(name)
    assert [character.name for character in empty.characters()] == names
    assert [character.name for character in empty.characters(limit=7)] == names
    first = empty.characters(limit=1)
    assert next(first).name == names[0]
