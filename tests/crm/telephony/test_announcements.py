"""What a queue says before its callers and its agents are joined: chosen on its page, in the daemon's directory."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from crm.campaigns.models import Sound
from crm.campaigns.sounds.services import sound_delete
from crm.telephony.models import Queue
from crm.telephony.selectors import directory_snapshot
from tests.cast import cast_of


@pytest.fixture
def cast(db, redis_client):
    return cast_of()


def prompt(name: str = "Support line") -> Sound:
    return Sound.objects.create(name=name, kind="prompt", file=f"uploaded/{name[:3]}.wav", sha256="0" * 64, ms=1500)


def saves(cast, **asked) -> Queue:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.ada)
    queue = Queue.objects.get(code="support")
    answer = client.post(reverse("staff_queue_groups", args=[queue.pk]), asked, follow=True)
    assert answer.status_code == 200
    queue.refresh_from_db()
    return queue


def test_a_manager_chooses_and_the_daemon_is_told(cast):
    sound = prompt()
    cast.alice.work_number = "8001"
    cast.alice.save()
    queue = saves(cast, whisper=sound.file, tells_work_number="on")
    assert (queue.whisper, queue.tells_work_number) == (sound.file, True)
    told = directory_snapshot(1)
    support = next(one for one in told.queues if one.id == "support")
    assert (support.whisper, support.tells_work_number) == (sound.file, True)
    assert {agent.id: agent.work_number for agent in told.agents}["alice"] == "8001"
    assert saves(cast).whisper == ""


def test_a_prompt_that_a_queue_names_stays(cast):
    sound = prompt()
    queue = saves(cast, whisper=sound.file)
    with pytest.raises(ValidationError, match=f"in use: {queue.label}"):
        sound_delete(user=cast.ada, sound_id=sound.pk)


def test_what_is_no_prompt_is_refused_and_what_was_there_stays(cast):
    sound = prompt()
    saves(cast, whisper=sound.file)
    assert saves(cast, whisper="uploaded/none.wav").whisper == sound.file


def test_the_page_shows_what_is_chosen(cast):
    sound, client = prompt(), Client(headers={"accept-language": "en"})
    client.force_login(cast.ada)
    queue = saves(cast, whisper=sound.file)
    page = client.get(reverse("staff_queue_groups", args=[queue.pk])).content.decode()
    assert f'<option value="{sound.file}" selected>Support line' in page
