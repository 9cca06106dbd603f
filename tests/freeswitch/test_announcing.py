"""What is said before the two are joined, on the real switch."""

from msgspec import structs

from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import _tone
from tests.freeswitch.console import Console
from tests.freeswitch.until import until


def test_each_is_told_and_then_they_hear_each_other(desk: Centre, ear: Console) -> None:
    sounds = desk.switch.folder / "sounds"
    _tone(sounds / "queue" / "support.wav", 880, 1.0)
    for name in ("ivr/agent-before", "digits/8", "digits/0", "ivr/agent-after"):
        _tone(sounds / f"{name}.wav", 770, 0.4)
    layout = centre(version=2, work_number="80")
    queue = structs.replace(layout.queues[0], whisper="queue/support.wav", tells_work_number=True)
    desk.publish_and_wait(structs.replace(layout, queues=(queue,)))
    (alice,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    offer = desk.fact(f.OfferMade, call_id=call_id).offer
    until(lambda: alice.in_state("answered"), "her phone to be answered")
    until(lambda: alice.call.media.heard() == {-1}, "her to hear which queue it is")
    desk.talks(caller, alice)
    said = {(event.uuid, event.app_response) for event in ear.named("CHANNEL_EXECUTE_COMPLETE") if event.app_uuid}
    assert {(offer, "FILE PLAYED"), (call_id, "FILE PLAYED")} <= said, "both to their ends"
    talk = desk.fact(f.TalkStarted, call_id=call_id)
    answered = min(event.timestamp for event in ear.named("CHANNEL_ANSWER", offer))
    assert 1_400_000 < talk.at - answered < 6_000_000, "the number is 1.6 s long"
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"


def test_a_prompt_that_the_switch_does_not_have_keeps_nobody_waiting(desk: Centre) -> None:
    layout = centre(version=2)
    queue = structs.replace(layout.queues[0], whisper="queue/none.wav")
    desk.publish_and_wait(structs.replace(layout, queues=(queue,)))
    (alice,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.talks(caller, alice)
    talk = desk.fact(f.TalkStarted, call_id=call_id)
    assert talk.at - desk.fact(f.OfferMade, call_id=call_id).at < 5_000_000
