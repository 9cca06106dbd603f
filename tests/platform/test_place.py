"""What `make run` checks before it starts anything."""

import socket

import pytest

from ccsite.run.place import OnlyOne, Place
from ccsite.run.trouble import Trouble


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def place(tmp_path, **environ):
    made = Place({"SWITCHDESK_VAR": str(tmp_path / "var"), **{k: str(v) for k, v in environ.items()}})
    made.make_folders()
    return made


def test_a_taken_port_is_named_with_the_way_out(tmp_path, listening, free_port):
    with pytest.raises(Trouble) as caught:
        place(tmp_path, PORT=listening, ESL_PORT=free_port()).check_ports()
    assert f"{listening}" in str(caught.value)
    assert f"PORT={listening + 100}" in str(caught.value)
    assert "ESL_PORT" not in str(caught.value)


def test_all_taken_ports_are_told_at_once(tmp_path, listening, free_port):
    with pytest.raises(Trouble) as caught:
        place(tmp_path, PORT=free_port(), ESL_PORT=listening, SWITCHCTL_LEASE=f"127.0.0.1:{listening}").check_ports()
    assert f"ESL_PORT={listening + 100} SWITCHCTL_LEASE=127.0.0.1:{listening + 100}" in str(caught.value)


def test_with_a_real_switch_the_simulated_ones_port_does_not_matter(tmp_path, listening, free_port):
    where = {"SWITCHCTL_LEASE": f"127.0.0.1:{free_port()}", "SWITCHCTL_HTTP": f"127.0.0.1:{free_port()}"}
    nodes = "a=esl://:secret@127.0.0.1:8021"
    made = place(tmp_path, PORT=free_port(), ESL_PORT=listening, FREESWITCH_NODES=nodes, **where)
    made.check_ports()
    assert made.for_children()["FREESWITCH_NODES"] == nodes


@pytest.mark.parametrize("value", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path, value):
    with pytest.raises(Trouble, match="PORT must be a port"):
        place(tmp_path, PORT=value)


def test_a_demonstration_is_wanted_or_not(tmp_path):
    assert place(tmp_path, SWITCHDESK_DEMO="no").for_children()["SWITCHDESK_DEMO"] == "no"
    with pytest.raises(Trouble, match="SWITCHDESK_DEMO must be yes or no"):
        place(tmp_path, SWITCHDESK_DEMO="perhaps")


def test_a_second_one_in_the_same_folder_hears_of_the_first(tmp_path):
    first = place(tmp_path, PORT=8123)
    with OnlyOne(first), pytest.raises(Trouble, match=r"runs here already .*http://127.0.0.1:8123/"):
        OnlyOne(place(tmp_path)).__enter__()
    with OnlyOne(place(tmp_path)):
        pass


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="SWITCHDESK_VAR"):
        Place({"SWITCHDESK_VAR": str(tmp_path / "file" / "var")}).make_folders()


def test_secrets_are_only_for_their_owner(tmp_path):
    made = place(tmp_path)
    secret = made.esl_secret()
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text()) > 30
    assert secret.read_text() in made.for_children()["FREESWITCH_NODES"]
    assert made.state.stat().st_mode & 0o006 == 0
