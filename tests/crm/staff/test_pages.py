"""The pages: tabs by right, 404 out of sight, refusals in words, 5,000 users quickly."""

import re

import pytest

from crm.access.holding import forget
from crm.accounts.models import Department, Role, SkillGroup, User
from crm.telephony.models import Queue
from tests.crm.audit.trail import untold

ENGLISH = {"accept-language": "en"}


def get(client, path: str, expected: int = 200) -> str:
    answer = client.get(f"/staff/{path}", headers=ENGLISH)
    assert answer.status_code == expected, path
    return answer.content.decode()


def post(client, path: str, **fields) -> str:
    answer = client.post(f"/staff/{path}", fields, headers=ENGLISH, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def fields_of(client, path: str) -> dict[str, object]:
    """What the form of the page would send untouched."""
    form = client.get(f"/staff/{path}", headers=ENGLISH).context["form"]
    said = {name: value for name, value in form.initial.items() if value not in (None, False)}
    roles = [role.pk for role, chosen, may_change in form.roles() if chosen and may_change]
    tiers = {f"queue_{queue.pk}": tier for queue, tier in form.queues() if tier}
    return said | {"roles": roles} | tiers


def test_tabs_are_those_that_she_may_open(cast, client):
    whole = ["Users", "Departments", "Roles", "Skill groups"]
    for user, tabs in ((cast.ada, whole), (cast.sofia, [whole[0], whole[3]])):
        client.force_login(user)
        bar = get(client, "users/").split("</nav>")[1]
        assert re.findall(r'<a href="/staff/[a-z]+/"[^>]*>([^<]+)</a>', bar) == tabs
    client.force_login(cast.alice)
    for path in ("", "users/", "departments/", "roles/", "roles/matrix/", "skills/", "users/new/", "users/import/"):
        get(client, path, 403)


def test_who_is_out_of_sight_is_not_there(cast, client):
    client.force_login(cast.sofia)
    get(client, f"users/{cast.alice.pk}/")
    get(client, f"users/{cast.carol.pk}/", 404)
    assert "Carol" not in get(client, "users/") and "Carol" not in get(client, "users/?text=car")


def test_a_supervisor_sees_but_does_not_change(cast, client):
    client.force_login(cast.sofia)
    assert "You may see this user but not change her" in get(client, f"users/{cast.alice.pk}/")
    assert client.post(f"/staff/users/{cast.alice.pk}/", {"display_name": "X"}).status_code == 403
    assert client.post(f"/staff/users/{cast.alice.pk}/end/").status_code == 403


def test_a_user_is_changed_on_her_page(cast, client):
    client.force_login(cast.ada)
    path = f"users/{cast.alice.pk}/"
    fields = fields_of(client, path)
    assert "Alice Wu was changed" in post(client, path, **(fields | {"display_name": "Alice Wu", "extension": "2055"}))
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.extension, alice.roles.get().code, alice.memberships.get().tier) == ("2055", "agent", 1)
    page = post(client, path, **(fields | {"extension": "2002", "display_name": "Kept <b>input</b>"}))
    assert "This extension is taken" in page and "Kept &lt;b&gt;input" in page


def test_a_new_user_and_her_password_once(cast, client):
    client.force_login(cast.ada)
    fields = {"username": "lena", "display_name": "Lena", "dialling": "local", "wrap_up_s": 30,
              "wrap_up_extend_s": 60, "wrap_up_extensions": 2, "ring_s": 20,
              "max_misses": 3, "roles": Role.objects.get(code="agent").pk}  # fmt: skip
    page = post(client, "users/new/", **fields)
    password = re.search(r'id="password">([a-z0-9-]+)<', page)[1]
    client.logout()
    assert client.login(username="lena", password=password)
    client.force_login(cast.ada)
    assert password not in get(client, f"users/{User.objects.get(username='lena').pk}/")
    assert "This login is taken" in post(client, "users/new/", **fields)


def test_a_manager_cannot_give_what_she_has_not(cast, client, max_):
    client.force_login(max_)
    page = get(client, "users/new/")
    assert "not yours to give" in page
    fields = {"username": "lena", "display_name": "Lena", "dialling": "local", "wrap_up_s": 30,
              "wrap_up_extend_s": 60, "wrap_up_extensions": 2, "ring_s": 20,
              "max_misses": 3, "department": max_.department_id}  # fmt: skip
    page = post(client, "users/new/", **fields, roles=Role.objects.get(code="administrator").pk)
    assert "You may not give or take the role Administrator" in page
    assert not User.objects.filter(username="lena").exists()


def test_the_tree_refuses_in_words(cast, client, night):
    client.force_login(cast.ada)
    support = cast.alice.department
    assert "itself or below it" in post(client, f"departments/{support.pk}/move/", parent=night.pk)
    assert "is not empty: 1 user" in post(client, f"departments/{night.pk}/remove/")
    assert "Weekend was added" in post(client, "departments/add/", name="Weekend", parent=night.pk)
    assert "Renamed to Late" in post(client, f"departments/{night.pk}/rename/", name="Late")
    client.force_login(cast.sofia)
    assert client.post("/staff/departments/add/", {"name": "X"}).status_code == 403


class TestTheSteps:
    FIRST = {"name": "Alarm desk", "name_zh": "告警台", "description": "Watches <alarms>", "people": ""}

    def test_nothing_is_lost_back_and_forth(self, cast, client):
        client.force_login(cast.ada)
        codes = ["alarms.see", "calls.see"]
        said = {**self.FIRST, "permissions": codes, "scope": "below", "people": str(cast.alice.pk)}
        for step in ("1", "2", "3", "4", "2", "1"):
            page = post(client, "roles/new/", **said, step=step)
            assert "Watches &lt;alarms&gt;" in page or step == "4" and 'value="Watches' in page
            for code in codes:
                hidden = f'type="hidden" name="permissions" value="{code}"'
                assert (hidden in page) is (step != "2"), (step, code)
            assert f'name="people" value="{cast.alice.pk}"' in page

    def test_summary_then_saved(self, cast, client):
        client.force_login(cast.ada)
        said = {**self.FIRST, "permissions": ["alarms.see"], "scope": "own"}
        page = post(client, "roles/new/", **(said | {"step": "add", "list": "2001, bob\nnobody"}))
        assert "2 persons were found" in page and "Nobody is called: nobody" in page
        people = re.search(r'name="people" value="([\d,]+)"', page)[1]
        page = post(client, "roles/new/", **(said | {"people": people, "drop": cast.bob.pk, "step": "4"}))
        people = re.search(r'name="people" value="([\d,]+)"', page)[1]
        assert "gets it" in page and "See alarms" in page and people == str(cast.alice.pk)
        assert "The role Alarm desk was saved; 1 person holds it" in post(
            client, "roles/new/", **(said | {"people": people, "step": "save"})
        )
        made = Role.objects.get(name="Alarm desk")
        assert list(made.users.all()) == [cast.alice] and made.permissions == ["alarms.see"]
        assert "Alice" in get(client, "roles/")  # the question before removing names her
        assert "was removed" in post(client, f"roles/{made.pk}/remove/")

    def test_a_name_is_asked_for_before_going_on(self, cast, client):
        client.force_login(cast.ada)
        assert "A role needs a name" in post(client, "roles/new/", name=" ", step="2")
        assert "already a role of this name" in post(client, "roles/new/", name="agent", step="4")

    def test_a_copy_has_what_the_ready_made_one_allows(self, cast, client):
        client.force_login(cast.ada)
        agent = Role.objects.get(code="agent")
        page = get(client, f"roles/new/?copy={agent.pk}")
        assert page.count('name="permissions"') == len(agent.permissions) and 'name="people" value=""' in page
        page = post(client, f"roles/{agent.pk}/", step="2", name="Mine", permissions=["audit.see"], people="")
        saved = post(client, f"roles/{agent.pk}/", step="save", name="Mine", permissions=["audit.see"], people="")
        assert "Agent was saved; 0 persons" in saved
        agent.refresh_from_db()
        assert agent.name == "Agent" and "audit.see" not in agent.permissions

    def test_only_who_manages_roles(self, cast, client, role):
        cast.sofia.roles.set([role("manager")])
        forget(cast.sofia)
        client.force_login(cast.sofia)
        assert "Add role" not in get(client, "roles/")
        get(client, "roles/matrix/")
        get(client, "roles/new/", 403)
        assert client.post("/staff/roles/new/", {**self.FIRST, "step": "save"}).status_code == 403


class TestSkills:
    def test_members_by_a_pasted_list(self, cast, client):
        client.force_login(cast.sofia)
        page = post(client, "skills/new/", name="English", step="add", list="alice 2002\ncarol", level="7")
        assert "Nobody is called: carol" in page and not SkillGroup.objects.exists()
        levels = {f"level_{cast.alice.pk}": 9, f"level_{cast.bob.pk}": 0}
        page = post(client, "skills/new/", name="English", step="save", **levels)
        assert "English was saved: 1 members added" in page
        made = SkillGroup.objects.get()
        assert list(made.memberships.values_list("user__username", "level")) == [("alice", 9)]

    def test_others_members_stay(self, cast, client):
        client.force_login(cast.ada)
        post(client, "skills/new/", name="English", step="save", **{f"level_{cast.carol.pk}": 5})
        made = SkillGroup.objects.get()
        client.force_login(cast.sofia)
        assert "1 more is not within your sight" in get(client, f"skills/{made.pk}/")
        post(client, f"skills/{made.pk}/", name="English", step="save", **{f"level_{cast.alice.pk}": 3})
        assert dict(made.memberships.values_list("user__username", "level")) == {"alice": 3, "carol": 5}
        page = post(client, f"skills/{made.pk}/", name="English", step="save", **{f"level_{cast.carol.pk}": 9})
        assert "Not within your reach: Carol" in page
        assert "Not within your reach: Carol" in post(client, f"skills/{made.pk}/remove/")

    def test_who_serves_a_queue_is_set_by_who_may(self, cast, client, role):
        made = SkillGroup.objects.create(name="English")
        path = f"skills/queues/{cast.support.pk}/"
        client.force_login(cast.sofia)
        assert client.post(f"/staff/{path}", {"groups": made.pk}).status_code == 403
        client.force_login(cast.ada)
        assert "Support was saved" in post(client, path, groups=made.pk)
        assert list(Queue.objects.get(pk=cast.support.pk).skill_groups.all()) == [made]

    def test_seeing_is_not_changing(self, cast, client, role):
        cast.alice.roles.add(role("quality_inspector"))
        forget(cast.alice)
        made = SkillGroup.objects.create(name="English")
        client.force_login(cast.alice)
        get(client, f"skills/{made.pk}/")
        assert client.post(f"/staff/skills/{made.pk}/", {"name": "X", "step": "add"}).status_code == 403


@pytest.fixture
def crowd(cast):
    """5,000 users in 40 departments with 40 roles."""
    places = [Department.objects.create(name=f"Team {n}", parent=cast.alice.department) for n in range(40)]
    roles = [Role.objects.create(code=f"r{n}", name=f"Role {n}", permissions=["calls.see"]) for n in range(40)]
    with untold():
        made = User.objects.bulk_create(
            User(username=f"u{n}", display_name=f"Person {n}", work_number=f"W{n}", department=places[n % 40])
            for n in range(5000)
        )
        links = User.roles.through
        links.objects.bulk_create(links(user=user, role=roles[n % 40]) for n, user in enumerate(made))
    return made


def test_5000_users_take_few_queries(cast, client, crowd, django_assert_max_num_queries):
    client.force_login(cast.ada)
    get(client, "users/")
    with django_assert_max_num_queries(16):
        assert "1 to 50 of 5006" in get(client, "users/")
    with django_assert_max_num_queries(16):
        assert "Person 4999" in get(client, "users/?text=w4999")
    for path in ("users/?page=100", "departments/", "roles/", "roles/matrix/", f"users/{crowd[0].pk}/"):
        with django_assert_max_num_queries(70):
            get(client, path)
