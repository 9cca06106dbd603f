"""Error pages: in the reader's language, with a way out, and without a trace of how the server is made."""

import pytest
from django.db import connection
from django.test import Client

WORDS = {
    "en": {403: "This page is not open to you", 404: "There is nothing here", 500: "The page could not be made"},
    "zh-hans": {403: "您无权查看此页", 404: "这里没有内容", 500: "页面无法打开"},
}


@pytest.fixture
def broken(db):
    """The list of calls has no table."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calls_callrecord RENAME TO secret_detail")


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(("path", "code"), [("/floor/", 403), ("/calls/nothing/", 404), ("/calls/", 500)])
def test_a_page_that_cannot_be_shown_says_why_and_leads_on(cast, language, path, code, request):
    if code == 500:
        request.getfixturevalue("broken")
    client = Client(raise_request_exception=False)
    client.force_login(cast.alice)
    answer = client.get(path, headers={"accept-language": language})
    page = answer.content.decode()
    assert answer.status_code == code
    assert WORDS[language][code] in page and 'href="/"' in page
    assert "calls_callrecord" not in page and "Traceback" not in page


def test_a_form_that_is_too_old_says_so(db):
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "alice"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "The form was too old" in answer.content.decode()
