"""Other programs, such as that of the personnel office, keep users, departments and skills."""

import pytest

from crm.accounts.models import Department, Role, SkillGroup, User
from crm.campaigns.models import Campaign

ALL = ("users.manage", "departments.manage", "skills.manage")
DORA = {"login": "dora", "display_name": "Dora", "extension": "2009", "agent": {"wrap_up_s": 45}, "roles": ["agent"],
        "queues": {"support": 2}}  # fmt: skip


@pytest.fixture
def office(programs):
    """It may give the role of agents, for it may do itself what they may beside the desk."""
    agents = Role.objects.get(code="agent").permissions
    return programs(*ALL, *(code for code in agents if code != "desk.use"))


@pytest.fixture
def branch(programs, cast):
    """Of the sales department, and for it."""
    return programs(*ALL, scope="below", department=cast.boris.department, name="Branch")


def test_a_user_is_added_changed_and_ended(office, cast):
    group = SkillGroup.objects.create(name="English")
    made = office.post("/users", DORA | {"department": cast.alice.department_id, "skills": {str(group.pk): 7}})
    assert made.status_code == 201 and made.body["agent"]["wrap_up_s"] == 45
    assert (made.body["skills"], made.body["queues"]) == ({str(group.pk): 7}, {"support": 2})
    path, tag = made["Location"], made["ETag"]
    changed = office.patch(path, {"display_name": "Dora B.", "agent": {"ring_s": 30}}, if_match=tag).body
    assert (changed["display_name"], changed["roles"], changed["queues"]) == ("Dora B.", ["agent"], {"support": 2})
    assert (changed["agent"]["wrap_up_s"], changed["agent"]["ring_s"], changed["skills"]) == (
        45,
        30,
        {str(group.pk): 7},
    )
    assert office.patch(path, {"extension": "2010"}, if_match=tag).status_code == 412
    found = office.get(f"/users?q=dora&role=agent&state=agents&department={cast.alice.department_id}").body["items"]
    assert [one["login"] for one in found] == ["dora"]
    assert office.post(f"{path}/steps", {"step": "end"}).body["active"] is False
    assert [one["login"] for one in office.get("/users?state=ended").body["items"]] == ["dora"]
    assert not User.objects.get(username="dora").has_usable_password()
    assert "app-billing" not in str(office.get("/users").body)


def test_what_is_wrong_is_named_by_its_field(office):
    for more, field in (
        ({"login": "D d"}, "username"), ({"login": "alice"}, "username"), ({"extension": "2001"}, "extension"),
        ({"roles": ["king"]}, "roles"), ({"skills": {"\x00": 1}}, "skills"),
        ({"queues": {"support": 99}}, "queues.support"),
        ({"department": 10**30}, "department"), ({"password": "short"}, "password"), ({"extension": ""}, "extension"),
        ({"agent": {"ring_s": 1}}, "agent.ring_s"),
    ):  # fmt: skip
        wrong = office.post("/users", DORA | more)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), more
    assert not User.objects.filter(username="dora").exists()


def test_another_department_s_people_are_out_of_reach(branch, cast):
    path = f"/users/{cast.alice.pk}"
    assert branch.get(path).status_code == branch.patch(path, {}).status_code == 404
    assert branch.post(f"{path}/steps", {"step": "end"}).status_code == 404
    assert [one["login"] for one in branch.get("/users").body["items"]] == ["boris", "carol"]
    assert branch.post("/users", {"login": "eve", "display_name": "Eve"}).status_code == 403
    mine = {"login": "eve", "display_name": "Eve", "department": cast.boris.department_id}
    assert branch.post("/users", mine | {"roles": ["administrator"]}).status_code == 403
    assert branch.post("/users", mine).status_code == 201
    support = cast.alice.department_id
    assert branch.get(f"/departments/{support}").status_code == 404
    assert branch.post("/departments", {"name": "Mine"}).status_code == 403
    assert [one["name"] for one in branch.get("/departments").body["items"]] == ["Sales"]


def test_departments_are_a_tree(office, cast):
    sales = cast.boris.department_id
    made = office.post("/departments", {"name": "Renewals", "name_zh": "续约", "parent": sales})
    assert made.status_code == 201 and made.body["parent"] == sales
    path = made["Location"]
    moved = office.patch(path, {"parent": None, "name": "Retention"}, if_match=made["ETag"])
    assert (moved.body["parent"], moved.body["name"], moved.body["name_zh"]) == (None, "Retention", "续约")
    assert office.patch(path, {"name": "X"}, if_match=made["ETag"]).status_code == 412
    loop = office.patch(f"/departments/{sales}", {"parent": sales})
    assert loop.status_code == 400 and "cannot become a part" in loop.body["detail"]
    full = office.delete(f"/departments/{sales}")
    assert full.status_code == 409 and "2 users" in full.body["detail"]
    assert office.delete(path, if_match=moved["ETag"]).status_code == 204
    assert Department.objects.count() == 2


def test_skills_are_given_to_who_is_seen(office, branch, cast):
    made = office.post("/skill-groups", {"name": "English", "members": {"alice": 9, "carol": 3}})
    assert [(one["login"], one["level"]) for one in made.body["members"]] == [("alice", 9), ("carol", 3)]
    path = made["Location"]
    assert [one["login"] for one in branch.get(path).body["members"]] == ["carol"]
    assert branch.patch(path, {"members": {"boris": 4}}).status_code == 200
    assert {one["login"] for one in office.get(path).body["members"]} == {"alice", "boris"}
    wrong = branch.patch(path, {"members": {"alice": 1}})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "members")
    assert office.patch(path, {"name": "Deutsch"}, if_match=made["ETag"]).status_code == 412
    assert branch.delete(path).status_code == 403
    campaign = Campaign.objects.create(name="X", skill_group_id=made.body["id"])
    assert office.delete(path).status_code == 409
    campaign.delete()
    assert office.delete(path).status_code == 204


def test_nobody_who_may_do_more_than_the_token_is_touched(office, cast):
    for step in ({"step": "end"}, {"step": "unlock"}):
        assert office.post(f"/users/{cast.ada.pk}/steps", step).status_code == 403
    assert office.patch(f"/users/{cast.alice.pk}", {"roles": ["agent", "administrator"]}).status_code == 403
    assert office.post("/users", DORA | {"roles": ["supervisor"]}).status_code == 403


def test_a_program_writes_no_role_that_allows_more_than_its_token(programs, cast):
    office = programs("roles.manage", "users.manage", "calls.see", "calls.note")
    made = office.post("/roles", {"name": "Reader", "scope": "all", "permissions": ["calls.see"]})
    assert made.status_code == 201 and (made.body["code"], made.body["holders"]) == ("reader", 0)
    path = made["Location"]
    cast.alice.roles.add(made.body["id"])
    changed = office.patch(path, {"permissions": ["calls.see", "calls.note"]}, if_match=made["ETag"])
    assert (changed.body["permissions"], changed.body["holders"]) == (["calls.note", "calls.see"], 1)
    assert office.patch(path, {"name": "Late"}, if_match=made["ETag"]).status_code == 412
    more = {"name": "King", "scope": "all", "permissions": ["customers.see"]}
    assert office.post("/roles", more).status_code == office.patch(path, more).status_code == 403
    assert office.post("/roles", more | {"permissions": ["no.such"]}).status_code == 400
    assert office.post("/roles", more | {"name": "Reader", "permissions": ["calls.see"]}).status_code == 400
    administrator = Role.objects.get(code="administrator")
    for role, status in ((administrator, 409), (Role.objects.get(code="agent"), 409)):
        assert office.patch(f"/roles/{role.pk}", {"name": "x"}).status_code == status
        assert office.delete(f"/roles/{role.pk}").status_code == 403
    cast.bob.roles.clear()
    assert office.patch(f"/users/{cast.bob.pk}", {"roles": ["administrator"]}).status_code == 403
    assert office.post(f"/users/{cast.ada.pk}/steps", {"step": "end"}).status_code == 403
    assert office.delete(path).status_code == 204 and not cast.alice.roles.filter(name="Reader").exists()


def test_roles_are_listed(office, programs):
    roles = {one["code"]: one for one in office.get("/roles").body["items"]}
    assert roles["agent"]["holders"] == 3 and "desk.use" in roles["agent"]["permissions"]
    assert programs("users.see").get("/roles").status_code == 403
