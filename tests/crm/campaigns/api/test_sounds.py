"""Sounds of campaigns, for programs."""

import pytest

from crm.campaigns.models import Sound
from crm.campaigns.sounds.files import path_of
from tests.crm.campaigns.sounds.wavs import wav

PATH = "/campaign-sounds"


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_sound_is_uploaded_once_named_by_a_campaign_and_removed(programs):
    keeper = programs("campaigns.see", "campaigns.manage")
    made = keeper.upload(PATH, "x.wav", wav(), key="once", name="Notice", kind="prompt")
    assert made.status_code == 201 and (made.body["ms"], made.body["size"]) == (2000, 32044)
    assert keeper.upload(PATH, "x.wav", wav(), key="once", name="Notice", kind="prompt").body == made.body
    path, tag = made["Location"], made["ETag"]
    assert keeper.get(path).body == made.body and keeper.get(f"{PATH}?kind=music").body["items"] == []
    assert keeper.get(f"{PATH}?kind=prompt&q=OTI").body["items"] == [made.body]
    played = keeper.get(f"{path}/file")
    assert b"".join(played.streaming_content) == path_of(made.body["file"]).read_bytes()
    part = keeper.get(f"{path}/file", Range="bytes=44-")
    assert (part.status_code, part["Content-Range"]) == (206, "bytes 44-32043/32044")
    named = keeper.patch(path, {"name": "Recorded"}, if_match=tag)
    assert named.body["name"] == "Recorded" and named.body["file"] == made.body["file"]
    assert keeper.patch(path, {"name": "Late"}, if_match=tag).status_code == 412
    campaign = keeper.post("/campaigns", {"name": "May", "prompt": made.body["file"]})
    assert campaign.body["prompt"] == made.body["file"]
    used = keeper.delete(path)
    assert (used.status_code, "May" in used.body["detail"]) == (409, True)
    assert keeper.patch(campaign["Location"], {"prompt": ""}).status_code == 200
    assert keeper.delete(path, if_match=tag).status_code == 412
    assert [keeper.delete(path).status_code for _ in range(2)] == [204, 404]


def test_what_is_wrong_is_named_by_its_field(programs):
    keeper = programs("campaigns.see", "campaigns.manage")
    for content, said, field in (
        (b"ID3", {"name": "x", "kind": "prompt"}, "file"), (wav(61), {"name": "x", "kind": "prompt"}, "file"),
        (wav(), {"name": "x", "kind": "film"}, "kind"), (wav(), {"kind": "prompt"}, "name"),
        (wav(), {"name": "x" * 121, "kind": "prompt"}, "name"), (wav(), {"name": "x", "kind": "prompt", "n": ""}, "n"),
    ):  # fmt: skip
        wrong = keeper.upload(PATH, "x.wav", content, **said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    for field in ("prompt", "music"):
        typed = keeper.post("/campaigns", {"name": "May", field: "../x.wav"})
        assert (typed.status_code, typed.body["errors"][0]["field"]) == (400, field)
    there = keeper.upload(PATH, "x.wav", wav(), name="Notice", kind="prompt")
    again = keeper.upload(PATH, "x.wav", wav(), name="Notice", kind="prompt")
    assert (again.status_code, again.body["errors"][0]["field"]) == (400, "name")
    reader = programs("campaigns.see", name="Reader")
    assert reader.get(PATH).status_code == 200 and reader.get(f"{there['Location']}/file").status_code == 200
    assert reader.upload(PATH, "x.wav", wav(), name="y", kind="prompt").status_code == 403
    assert reader.delete(there["Location"]).status_code == 403 and Sound.objects.count() == 1
    bare = Sound.objects.create(name="Typed", kind="prompt", file="ivr/greeting.wav")
    assert reader.get(f"{PATH}/{bare.pk}/file").status_code == 404
