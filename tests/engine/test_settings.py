"""The environment, read once; every mistake is named with its remedy and without the secret."""

import pytest

from switchctl.settings import SettingsError, read

GOOD = {"FREESWITCH_NODES": "node1=esl://:s%40cret@10.0.0.1:8021", "REDIS_URL": "redis://:word@127.0.0.1:6379/0"}


def test_what_is_not_said_has_a_default(tmp_path):
    ours = read({**GOOD, "SWITCHDESK_VAR": str(tmp_path)})
    [node] = ours.nodes
    assert (node.name, node.host, node.port, node.secret) == ("node1", "10.0.0.1", 8021, "s@cret")
    assert (ours.lease, ours.http) == (("127.0.0.1", 8094), ("127.0.0.1", 8096))
    assert ours.peers == ("10.0.0.1",)
    assert ours.state == tmp_path / "switchctl"
    assert set(ours.secrets) == {"s@cret", "word"}


def test_several_switches_and_an_ipv6_address():
    ours = read({**GOOD, "FREESWITCH_NODES": "a=esl://:x1@[::1]:8021, b=esl://:y1@h:8022", "SWITCHCTL_HTTP": "[::]:80"})
    assert [(node.name, node.host, node.port) for node in ours.nodes] == [("a", "::1", 8021), ("b", "h", 8022)]
    assert ours.http == ("::", 80)


def test_where_other_switches_bring_their_calls():
    nodes = "a=esl://:x1@10.0.0.5:8021, b=esl://:y1@h:8022?sip=10.0.0.6:5090, c=esl://:z1@h:8023?sip=[::1]"
    ours = read({**GOOD, "FREESWITCH_NODES": nodes})
    assert [node.sip for node in ours.nodes] == [("10.0.0.5", 5070), ("10.0.0.6", 5090), ("::1", 5070)]
    assert ours.gone_s == 60


def test_secrets_may_stand_in_files(tmp_path):
    (tmp_path / "nodes").write_text(GOOD["FREESWITCH_NODES"] + "\n")
    (tmp_path / "redis_url").write_text(GOOD["REDIS_URL"] + "\n")
    ours = read({"FREESWITCH_NODES_FILE": str(tmp_path / "nodes"), "SWITCHDESK_VAR": str(tmp_path)})
    assert ours.nodes[0].secret == "s@cret"
    assert ours.redis_url == GOOD["REDIS_URL"]


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"FREESWITCH_NODES": ""}, "FREESWITCH_NODES is not set"),
        ({"REDIS_URL": ""}, "REDIS_URL is not set"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL must begin with redis://"),
        ({"FREESWITCH_NODES": "node1=esl://:topsecret@"}, "must read name=esl://"),
        ({"FREESWITCH_NODES": "node1=esl://:topsecret@h:notaport"}, "must read name=esl://"),
        ({"FREESWITCH_NODES": "esl://:topsecret@h:8021"}, "must read name=esl://"),
        ({"FREESWITCH_NODES": "node1=esl://h:8021"}, "no secret for node1"),
        ({"FREESWITCH_NODES": "node1=esl://:ClueCon@h:8021"}, "Choose one of your own"),
        ({"FREESWITCH_NODES": "a=esl://:topsecret@h:1,a=esl://:topsecret@h:2"}, "one name to two switches"),
        ({"FREESWITCH_NODES": "", "FREESWITCH_NODES_FILE": "/no/such/file"}, "cannot be read"),
        ({"SWITCHCTL_LEASE": "8094"}, "SWITCHCTL_LEASE must read host:port"),
        ({"SWITCHCTL_HTTP": "h:99999"}, "SWITCHCTL_HTTP must read host:port"),
        ({"SWITCHCTL_GONE_S": "0"}, "SWITCHCTL_GONE_S must be a number of seconds"),
        ({"SWITCHCTL_GONE_S": "soon"}, "SWITCHCTL_GONE_S must be a number of seconds"),
        ({"FREESWITCH_NODES": "a=esl://:topsecret@h:1?sip="}, "where a takes calls of the others"),
        ({"FREESWITCH_NODES": "a=esl://:topsecret@h:1?sip=h:99999"}, "where a takes calls of the others"),
        ({"FREESWITCH_NODES": "a=esl://:topsecret@h:1?sip=h;x=${y}"}, "where a takes calls of the others"),
        ({"FREESWITCH_NODES": "a=esl://:topsecret@h:1?sip=u@h:5070"}, "where a takes calls of the others"),
        ({"FREESWITCH_NODES": "a=esl://:topsecret@h:1?port=5070"}, "where a takes calls of the others"),
        ({"SWITCHCTL_LOG": "loud"}, "SWITCHCTL_LOG must be"),
    ],
)
def test_a_mistake_is_named(wrong, said, tmp_path):
    with pytest.raises(SettingsError) as error:
        read({**GOOD, "SWITCHDESK_VAR": str(tmp_path), **wrong})
    assert said in str(error.value)
    assert "topsecret" not in str(error.value)


def test_no_secret_is_in_a_repr():
    ours = read(GOOD)
    assert "s@cret" not in repr(ours)
    assert "word" not in repr(ours)
    assert "s@cret" not in repr(ours.nodes)
