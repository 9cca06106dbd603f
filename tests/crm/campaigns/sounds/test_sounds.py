"""Sounds of campaigns: uploaded, chosen, listened to, renamed, and removed when nobody plays them."""

import hashlib
import stat
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import translation

from crm.audit.models import Entry
from crm.campaigns.models import Campaign, CampaignState, CampaignTemplate, Sound
from crm.campaigns.running import services
from crm.campaigns.running.templates import template_make
from crm.campaigns.sounds.files import file_keep, folder, path_of
from crm.campaigns.sounds.selectors import sound_shown
from crm.campaigns.sounds.services import sound_delete, sound_upload
from tests.crm.campaigns.people import campaign_of

from .wavs import form, riff, upload, wav

MANAGE = ("campaigns.see", "campaigns.manage")


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield tmp_path


@pytest.fixture
def keep(cast):
    return lambda name="Notice", kind="prompt", content=None: sound_upload(
        user=cast.ada, name=name, kind=kind, upload=upload(content)
    )


def on_disk() -> set[str]:
    return {f"uploaded/{path.name}" for path in folder().glob("*")}


def test_the_switch_is_told_a_name_that_nobody_typed(keep, cast):
    sound_upload(user=cast.ada, name="../../etc/passwd", kind="prompt", upload=upload(name="/tmp/../x\n.wav"))
    made = Sound.objects.get()
    path = path_of(made.file)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.file.startswith(f"uploaded/{digest}-") and made.sha256 == digest and on_disk() == {made.file}
    assert (made.ms, made.size, made.size) == (2000, path.stat().st_size, 44 + 32000)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert keep("Again").file != made.file, "one of two can be removed"
    for name in ("uploaded/../x.wav", f"uploaded/{digest}.wav", "ivr/greeting.wav", "/etc/passwd", ""):
        assert path_of(name) is None


@pytest.mark.parametrize(
    ("name", "kind", "content", "field", "sentence"),
    [
        ("A", "prompt", b"", "file", "no WAV"), ("A", "prompt", wav(0.9), "file", "at least a second"),
        ("A", "prompt", wav(60.1), "file", "at most 60 seconds, this one 61"),
        ("A", "music", riff(form(2)), "file", "channels: 2"), ("There", "prompt", None, "name", "of this name already"),
        ("  ", "prompt", None, "name", "blank"), ("A", "film", None, "kind", "not a valid choice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_field_and_nothing_is_kept(keep, name, kind, content, field, sentence):
    there = keep("There").file
    assert keep("There", "music", wav(70)).ms == 70_000
    before = on_disk()
    with pytest.raises(ValidationError) as refused:
        keep(name, kind, content)
    assert set(refused.value.message_dict) == {field} and sentence in " ".join(refused.value.messages)
    assert on_disk() == before and there in before and Sound.objects.count() == 2


def test_a_file_that_is_too_large_is_not_even_read(keep, monkeypatch):
    monkeypatch.setattr("crm.campaigns.sounds.services.MOST_MB", 0)
    with pytest.raises(ValidationError, match="at most 0 MB"):
        keep()


def test_rules_name_sounds_of_the_list_and_of_the_right_kind(keep, cast):
    prompt, music = keep(), keep("Bars", "music")
    fields = {"name": "May", "prompt": prompt.file, "music": music.file}
    made = services.campaign_make(user=cast.ada, fields=fields)
    assert (made.prompt, made.music) == (prompt.file, music.file)
    assert made.music == template_make(user=cast.ada, fields=fields).music
    for wrong in ({"prompt": music.file}, {"music": prompt.file}, {"prompt": "local_stream://moh"}, {"music": ""},
                  {"prompt": "ivr/greeting.wav"}, {"music": "shell_stream://id"}):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            services.campaign_change(user=cast.ada, campaign_id=made.pk, version=made.version, fields=wrong)
        assert set(refused.value.message_dict) == set(wrong)


def test_it_is_removed_when_only_ended_campaigns_name_it(keep, cast, django_capture_on_commit_callbacks):
    sound = keep()
    old = campaign_of(prompt=sound.file, state=CampaignState.ENDED, name="Old")
    living = campaign_of(prompt=sound.file, name="Spring")
    template = CampaignTemplate.objects.create(name="Usual", prompt=sound.file)
    with pytest.raises(ValidationError, match="in use: Spring, Usual. Choose another"):
        sound_delete(user=cast.ada, sound_id=sound.pk)
    Campaign.objects.filter(pk=living.pk).update(prompt="")
    template.delete()
    with django_capture_on_commit_callbacks(execute=True):
        sound_delete(user=cast.ada, sound_id=sound.pk)
    assert on_disk() == set() and not Sound.objects.exists() and old.prompt == sound.file
    assert sound_shown(sound.file) == sound.file


def test_evidence_shows_its_name_and_its_file(keep):
    sound = keep("Notice")
    assert sound_shown(sound.file) == f"Notice ({sound.file})" and sound_shown("") == ""


def test_the_page_uploads_plays_renames_and_removes(cast, bus, client, django_capture_on_commit_callbacks):
    client.force_login(cast.ada)
    headers = {"accept-language": "en"}
    page = reverse("campaign_sounds")
    wrong = client.post(page, {"name": "Notice", "kind": "prompt", "file": upload(b"ID3")}, headers=headers)
    assert wrong.status_code == 400 and "This is no WAV file. Save it as WAV" in wrong.content.decode()
    client.post(page, {"name": "Notice", "kind": "prompt", "file": upload()}, headers=headers)
    sound = Sound.objects.get()
    shown = client.get(page, headers=headers).content.decode()
    address = reverse("campaign_sound_file", args=[sound.pk])
    assert f'<audio controls preload="none" src="{address}"' in shown and "0:02" in shown
    heard = client.get(address)
    assert b"".join(heard.streaming_content) == path_of(sound.file).read_bytes()
    assert heard["Content-Type"] == "audio/wav" and heard["X-Content-Type-Options"] == "nosniff"
    client.post(reverse("campaign_sound_rename", args=[sound.pk]), {"name": "Recorded"})
    form = client.get(reverse("campaign_new"), headers=headers).content.decode()
    assert f'<option value="{sound.file}">Recorded (0:02)</option>' in form and "own music</option>" in form
    campaign = campaign_of(prompt=sound.file, name="Spring")
    remove = reverse("campaign_sound_remove", args=[sound.pk])
    assert "is in use: Spring" in client.post(remove, follow=True, headers=headers).content.decode()
    Campaign.objects.filter(pk=campaign.pk).update(prompt="")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(remove)
    assert client.get(address).status_code == 404 and on_disk() == set()
    assert list(Entry.objects.filter(kind="campaigns_sound").order_by("pk").values_list("action", flat=True)) == [
        "insert", "update", "delete",
    ]  # fmt: skip


def test_who_only_sees_listens_and_changes_nothing(cast, client, keep):
    sound = keep()
    client.force_login(cast.sofia)
    page = reverse("campaign_sounds")
    assert client.get(reverse("campaign_sound_file", args=[sound.pk])).status_code == 200
    assert "Upload" not in client.get(page, headers={"accept-language": "en"}).content.decode()
    assert client.post(page, {"name": "x", "kind": "prompt", "file": upload()}).status_code == 403
    assert client.post(reverse("campaign_sound_remove", args=[sound.pk])).status_code == 403


def test_names_that_were_typed_before_stay_valid(cast):
    campaign_of(prompt="ivr/greeting.wav", music="local_stream://own", name="One")
    campaign_of(prompt="ivr/greeting.wav", name="Two")
    CampaignTemplate.objects.create(name="Usual", music="ivr/greeting.wav")
    migration = import_module("crm.campaigns.migrations.0016_sounds")
    migration.typed_names(apps, connection.schema_editor())
    assert set(Sound.objects.values_list("kind", "name", "file")) == {
        ("prompt", "ivr/greeting.wav", "ivr/greeting.wav"), ("music", "ivr/greeting.wav", "ivr/greeting.wav"),
        ("music", "local_stream://own", "local_stream://own"),
    }  # fmt: skip
    services.campaign_make(user=cast.ada, fields={"name": "Three", "prompt": "ivr/greeting.wav"})


def test_a_draft_is_never_in_the_way(keep):
    sound = keep()
    file_keep(sound.file, b"again")
    assert on_disk() == {sound.file} and path_of(sound.file).read_bytes() == b"again"
