"""The desk's pages over HTTP: who gets which, and what a call's card says."""

import pytest

from crm.live.state import Saved, encode
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.cast import PASSWORD


@pytest.fixture
def live(bus):
    """Alice talks on call c1; ``live(number=…)`` changes what is known of the call."""

    def now(**fields):
        call = {"id": "c1", "number": "15401400001", "queue": "support", "agent": "alice", "stage": "talking", **fields}
        agent = LiveAgent(id="alice", state="talking", call_id="c1")
        view = LiveView(agents={"alice": agent}, calls={"c1": LiveCall(**call)})
        bus.set(MAIN.live, encode(Saved(feeder="f", view=view)))

    now()
    return now


def test_a_stranger_is_sent_to_the_login_and_back(client, cast):
    assert client.get("/floor/").headers["Location"] == "/login/?next=/floor/"
    answer = client.post("/login/", {"username": "sofia", "password": PASSWORD, "next": "/floor/"})
    assert answer.headers["Location"] == "/floor/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(client, cast):
    answer = client.post("/login/", {"username": "alice", "password": "wrong"}, headers={"accept-language": "en"})
    assert "Login and password do not belong together" in answer.content.decode()


@pytest.mark.parametrize(("who", "goes_to"), [("sofia", "/floor/"), ("ada", "/floor/")])
def test_who_takes_no_calls_is_sent_on(client, cast, who, goes_to):
    client.force_login(getattr(cast, who))
    assert client.get("/").headers["Location"] == goes_to


def test_agents_are_kept_from_the_floor(client, cast):
    client.force_login(cast.alice)
    assert client.get("/floor/").status_code == 403
    assert "/floor/" not in client.get("/").content.decode()


def test_the_card_knows_the_customer(client, cast, live):
    client.force_login(cast.alice)
    page = client.get("/desk/work/c1/", headers={"accept-language": "en"}).content.decode()
    for expected in ("Mei Zhang", "154****0001", "Gold", "Harbour Books", "Support", "China"):
        assert expected in page


def test_an_unknown_caller_is_shown_as_such_and_her_name_is_only_text(client, cast, live):
    live(number="15409990000", name='<img src=x onerror="alert(1)">')
    client.force_login(cast.alice)
    page = client.get("/desk/work/c1/", headers={"accept-language": "en"}).content.decode()
    assert "Unknown caller" in page and "&lt;img src=x" in page and "<img" not in page


def test_a_colleague_whom_she_dials_is_no_unknown_customer(client, cast, live):
    live(number=cast.bob.extension, direction="outbound")
    client.force_login(cast.alice)
    page = client.get("/desk/work/c1/", headers={"accept-language": "en"}).content.decode()
    assert f"<h2>{cast.bob}</h2>" in page and "Colleague" in page and f'data-caller="{cast.bob}"' in page
    assert "Unknown number" not in page and "Nobody in the customer file" not in page


def test_a_caller_who_shows_an_extension_as_her_number_is_no_colleague(client, cast, live):
    live(number=cast.bob.extension)
    client.force_login(cast.alice)
    page = client.get("/desk/work/c1/", headers={"accept-language": "en"}).content.decode()
    assert "Unknown caller" in page and str(cast.bob) not in page


def test_a_withheld_number_is_said(client, cast, live):
    live(number="")
    client.force_login(cast.alice)
    assert "Number withheld" in client.get("/desk/work/c1/", headers={"accept-language": "en"}).content.decode()


def test_a_number_of_several_customers_names_them_all(client, cast, live):
    from crm.customers.services import customer_add

    customer_add(name="Li Zhang", numbers=["154 0140 0001"])
    client.force_login(cast.alice)
    page = client.get("/desk/work/c1/", headers={"accept-language": "en"}).content.decode()
    assert "Several customers" in page and "Mei Zhang" in page and "Li Zhang" in page


def test_another_agents_call_is_not_found(client, cast, live):
    client.force_login(cast.bob)
    assert client.get("/desk/work/c1/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/desk/idle/", "/calls/", "/calls/nothing/", "/desk/work/c1/"])
def test_every_page_wants_a_login(client, db, path):
    assert client.get(path).headers["Location"].startswith("/login/")


@pytest.mark.parametrize(("language", "word"), [("en", "My queues"), ("zh-hans", "我的队列")])
def test_the_language_is_the_readers(client, cast, language, word):
    client.force_login(cast.alice)
    client.post("/language/", {"language": language, "next": "/"})
    page = client.get("/").content.decode()
    assert word in page
    assert ('<html lang="zh-Hans"' in page) == (language == "zh-hans")


def test_a_note_that_comes_before_the_calls_record_is_asked_for_again_not_refused(client, cast, live):
    client.force_login(cast.alice)
    assert client.post("/desk/notes/c1/", {"note": "x"}).status_code == 409
    client.force_login(cast.bob)
    assert client.post("/desk/notes/c1/", {"note": "x"}).status_code == 403
