"""`make freeswitch-check`: what is there is right, and each broken copy is found out."""

import runpy
import shutil
from pathlib import Path

import pytest

CONF = Path(__file__).resolve().parents[2] / "freeswitch-conf"
check = runpy.run_path(str(CONF / "check.py"))["check"]

ESL_SECRET = 'cmd="env-set" data="esl_secret=$FREESWITCH_SECRET"'
BROKEN = {
    "no XML": ("vars.xml", "<include>", "<include><"),
    "a secret that everybody knows": ("vars.xml", ESL_SECRET, 'cmd="set" data="esl_secret=ClueCon"'),
    "or none: esl_secret": ("vars.xml", ESL_SECRET, 'cmd="set" data="esl_secret="'),
    "or none: password": ("configuration/event_socket.conf.xml", "$${esl_secret}", "1234"),
    "mod_lua is no module": ("configuration/modules.conf.xml", "mod_hash", "mod_lua"),
    "queue/none.wav is not made": ("configuration/callcenter.conf.xml", "queue/wait.wav", "queue/none.wav"),
    "the context elsewhere is not in the dialplan": (
        "configuration/sofia.conf.xml", 'name="context" value="phones"', 'name="context" value="elsewhere"',
    ),
    "the context surveys is not in the dialplan": ("dialplan/public.xml", "after-agent:XML:stages", "x:XML:surveys"),
    "system would run a program": ("dialplan/public.xml", 'application="answer"', 'application="system" data="id"'),
    "spawn would run a program": (
        "dialplan/public.xml", 'application="answer"', 'application="set" data="x=${spawn(id)}"',
    ),
    "are the same port 5080": ("vars.xml", "phones_port=5060", "phones_port=5080"),
    "$${nobody} is set nowhere": ("configuration/sofia.conf.xml", "$${trunk_port}", "$${nobody}"),
    "includes dialplan/*.yml, which is not there": ("freeswitch.xml", "dialplan/*.xml", "dialplan/*.yml"),
    "only set, env-set and include": ("vars.xml", 'cmd="env-set"', 'cmd="exec"'),
    "outbound_redirect_fatal must be true": ("vars.xml", "outbound_redirect_fatal=true", "outbound_redirect_fatal=no"),
    "must say enable-chat=false": ("configuration/sofia.conf.xml", 'name="enable-chat"', 'name="other-chat"'),
}  # fmt: skip


def test_nothing_is_wrong_with_ours() -> None:
    assert check(CONF) == []


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_copy_is_found_out(tmp_path: Path, sentence: str) -> None:
    name, right, wrong = BROKEN[sentence]
    copy = tmp_path / "conf"
    shutil.copytree(CONF, copy)
    text = (copy / name).read_text()
    assert right in text
    (copy / name).write_text(text.replace(right, wrong, 1))
    assert [one for one in check(copy) if sentence in one], check(copy)
