"""Accounts in the desk: inviting, role, reach, switching off; nobody raises themselves, one admin stays."""

import re
import socket
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone

from programs.models import AuthenticatorApp, DeskSession, Invitation, StaffMember
from programs.staff import accounts, invitations, second_factor
from programs.staff.accounts import LastAdminError, Reach, an_admin_stays
from programs.staff.roles import Role
from tests.programs.accounts import PASSWORD, account, client_of
from tests.programs.factories import CenterFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/auth/user/", "/admin/auth/user/add/"
NEW_PASSWORD = "kettle-harbor-92-lantern"


def page_of(user: User) -> str:
    return f"/admin/auth/user/{user.pk}/change/"


@pytest.fixture
def admin() -> User:
    return account("admin", name="chief")


@pytest.fixture
def desk(admin: User) -> Client:
    return client_of(admin)


def invite(desk: Client, **more: object) -> User:
    form = {
        "email": "New.Person@example.org",
        "first_name": "Noor",
        "last_name": "Person",
        "role": "coordinator",
    }
    response = desk.post(ADD, form | more)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return User.objects.get(email="new.person@example.org")


def link_in_mail() -> str:
    return re.search(r"http://\S+(/admin/\S+)", mail.outbox[-1].body)[1]


def accept(link: str, password: str = NEW_PASSWORD) -> tuple[Client, object]:
    client = Client()
    client.get(link)
    return client, client.post("/admin/invitation/", {"new_password1": password, "new_password2": password})


def test_somebody_is_invited_with_a_role_and_a_reach_and_signs_in(desk):
    organization = OrganizationFactory()
    user = invite(desk, states=["AZ", "NM"], organizations=[organization.pk])
    member = user.staff_member
    assert (member.role, member.states, list(member.organizations.all())) == (
        "coordinator",
        ["AZ", "NM"],
        [organization],
    )
    assert (user.is_active, user.has_usable_password(), user.is_superuser) == (False, False, False)
    letter = mail.outbox[0]
    assert letter.to == ["new.person@example.org"]
    assert letter.subject == "Your account at IOPFinder"
    client, response = accept(link_in_mail())
    assert (response.status_code, response["Location"]) == (302, "/admin/login/set-up/")
    user.refresh_from_db()
    assert user.is_active
    assert user.check_password(NEW_PASSWORD)
    assert client.get("/admin/").status_code == 302


def test_reading_the_link_uses_nothing_up_and_leaves_no_token_in_an_address(desk):
    invite(desk)
    link = link_in_mail()
    for _ in range(3):
        client = Client()
        response = client.get(link)
        assert (response.status_code, response["Location"]) == (302, "/admin/invitation/")
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        page = client.get("/admin/invitation/")
        assert page.status_code == 200
        assert link.split("/")[-2] not in page.content.decode()
    assert accept(link)[1].status_code == 302


def test_links_that_open_nothing_are_all_alike(desk):
    def answer(link: str) -> tuple[int, str]:
        client = Client()
        client.get(link)
        page = client.get("/admin/invitation/")
        return page.status_code, re.sub(r'value="\w{64}"', "", page.content.decode())

    invite(desk)
    used = link_in_mail()
    accept(used)
    late = invitations.invite("late@example.org", Reach(Role.READER), by=User.objects.get(username="chief"))
    invitations.send(late, by=User.objects.get(username="chief"))
    expired_link = link_in_mail()
    Invitation.objects.filter(user=late).update(expires_at=timezone.now() - timedelta(seconds=1))
    gone = invitations.invite("gone@example.org", Reach(Role.READER), by=User.objects.get(username="chief"))
    invitations.send(gone, by=User.objects.get(username="chief"))
    withdrawn_link = link_in_mail()
    invitations.withdraw(gone)
    answers = {
        answer(link) for link in (used, expired_link, withdrawn_link, "/admin/invitation/never-given/")
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 410
    assert not User.objects.get(email="late@example.org").is_active


def test_a_link_sent_again_ends_the_one_of_before(desk):
    user = invite(desk)
    first = link_in_mail()
    assert desk.post(f"/admin/auth/user/{user.pk}/invite-again/").status_code == 302
    second = link_in_mail()
    assert first != second
    assert accept(first)[1].status_code == 410
    assert accept(second)[1].status_code == 302
    assert accept(second)[1].status_code == 410
    assert desk.post(f"/admin/auth/user/{user.pk}/invite-again/").status_code == 302
    assert len(mail.outbox) == 2


def test_an_invitation_withdrawn_leaves_no_account_and_one_accepted_stays(desk):
    user = invite(desk)
    link = link_in_mail()
    desk.post(f"/admin/auth/user/{user.pk}/withdraw/")
    assert not User.objects.filter(pk=user.pk).exists()
    assert accept(link)[1].status_code == 410
    user = invite(desk)
    accept(link_in_mail())
    desk.post(f"/admin/auth/user/{user.pk}/withdraw/")
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("weak", ["short", "1q2w3e4r5t6y", "new.person@example.org", "481516234223"])
def test_a_weak_first_password_is_refused_and_uses_nothing_up(desk, weak):
    invite(desk)
    client, response = accept(link_in_mail(), weak)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not User.objects.get(email="new.person@example.org").is_active
    form = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post("/admin/invitation/", form).status_code == 302


def test_the_table_of_invitations_gives_no_link(desk):
    invite(desk)
    token = link_in_mail().split("/")[-2]
    assert len(token) > 40
    assert token not in str(Invitation.objects.values())


@pytest.mark.parametrize("taken", ["chief", "admin@example.org", "ADMIN@Example.org"])
def test_nobody_is_invited_twice(desk, taken):
    response = desk.post(ADD, {"email": taken, "role": "reader"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["email"]


def test_center_staff_need_a_center(desk):
    form = {"email": "new.person@example.org", "role": "center"}
    assert desk.post(ADD, form).status_code == 200
    center = CenterFactory()
    user = invite(desk, role="center", centers=[center.pk], states=["AZ"])
    assert list(user.staff_member.centers.all()) == [center]
    assert user.staff_member.states == []


def test_without_a_script_centers_are_named_by_number_or_address(desk):
    one, two, three = CenterFactory(), CenterFactory(), CenterFactory()
    lines = [
        str(one.pk),
        f"http://testserver/admin/programs/center/{two.pk}/change/",
        three.get_absolute_url(),
        "",
    ]
    assert "centers_typed" in desk.get(ADD).content.decode()
    user = invite(desk, role="center", centers_typed="\n".join(lines))
    assert set(user.staff_member.centers.all()) == {one, two, three}


@pytest.mark.parametrize(
    "line", ["Kite Clinic", "999999", "/programs/centers/x-00000000000000000000/", "/x/1a"]
)
def test_a_center_that_cannot_be_read_is_refused(desk, line):
    form = {"email": "new.person@example.org", "role": "center", "centers_typed": line}
    response = desk.post(ADD, form)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["centers"]
    assert (
        desk.post(ADD, {"email": "new.person@example.org", "role": "center", "centers": line}).status_code
        == 200
    )


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "center", "reader"])
def test_nobody_else_sees_accounts_or_invites(role, admin):
    client = client_of(account(role))
    for address in (LIST, ADD, page_of(admin), f"/admin/auth/user/{admin.pk}/reset-second-step/"):
        assert client.get(address).status_code in {302, 403, 404}, address
        assert client.post(address, {"role": "admin", "email": "x@example.org"}).status_code in {
            302,
            403,
            404,
        }
    assert User.objects.count() == 2
    assert AuthenticatorApp.objects.filter(user=admin).exists()


def test_nobody_changes_their_own_role_or_switches_themselves_off(desk, admin):
    form = {"first_name": "Ch", "last_name": "Ief", "email": admin.email, "role": "reader", "is_active": ""}
    assert desk.post(page_of(admin), form).status_code == 302
    admin.refresh_from_db()
    assert (admin.first_name, admin.is_active, admin.staff_member.role) == ("Ch", True, "admin")
    for deed in ("reset-second-step", "sign-out", "withdraw", "invite-again"):
        assert desk.post(f"/admin/auth/user/{admin.pk}/{deed}/").status_code == 404
    assert AuthenticatorApp.objects.filter(user=admin).exists()


def test_a_form_cannot_smuggle_raw_permissions_in(desk):
    user = account("reader")
    form = {
        "email": user.email,
        "role": "reader",
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "",
        "user_permissions": ["1"],
        "groups": ["1"],
        "password": "x",
        "username": "root",
    }
    assert desk.post(page_of(user), form).status_code == 302
    fresh = User.objects.get(pk=user.pk)
    assert (fresh.is_superuser, fresh.is_staff, fresh.username) == (False, True, user.username)
    assert fresh.check_password(PASSWORD)
    assert not fresh.user_permissions.exists()


@pytest.mark.parametrize(
    "change",
    [{"is_active": ""}, {"role": "reviewer"}, {"states": ["AZ"]}],
    ids=lambda change: next(iter(change)),
)
def test_switching_off_and_another_role_or_reach_sign_out_at_once(desk, change):
    user = account("reader", states=["NM"])
    browser = client_of(user)
    assert browser.get("/admin/").status_code == 200
    form = {"email": user.email, "role": "reader", "states": ["NM"], "is_active": "on"}
    desk.post(page_of(user), form)
    assert browser.get("/admin/").status_code == 200, "nothing was changed, so nobody is signed out"
    desk.post(page_of(user), form | change)
    assert browser.get("/admin/").status_code == 302
    assert not DeskSession.objects.filter(user=user).exists()


def test_somebody_switched_off_cannot_sign_in_and_is_told_what_everybody_is_told(desk, client):
    user = account("reader")
    desk.post(page_of(user), {"email": user.email, "role": "reader", "is_active": ""})
    said = client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    unknown = client.post("/admin/login/", {"name": "nobody", "password": PASSWORD})
    assert said.status_code == unknown.status_code == 200
    assert said.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_a_change_of_role_is_kept_with_its_author(desk, admin):
    user = account("reader")
    desk.post(page_of(user), {"email": user.email, "role": "reviewer", "is_active": "on"})
    kept = StaffMember.history.filter(user_id=user.pk).first()
    assert (kept.role, kept.history_user) == ("reviewer", admin)


def test_a_lost_second_step_is_reset_by_another_admin_and_logged(desk, admin):
    user = account("coordinator")
    second_factor.renew_codes(user)
    browser = client_of(user)
    page = desk.get(f"/admin/auth/user/{user.pk}/reset-second-step/")
    assert page.status_code == 200
    assert AuthenticatorApp.objects.filter(user=user).exists()
    desk.post(f"/admin/auth/user/{user.pk}/reset-second-step/")
    assert not AuthenticatorApp.objects.filter(user=user).exists()
    assert second_factor.codes_left(user) == 0
    assert browser.get("/admin/").status_code == 302
    entry = LogEntry.objects.get(object_id=str(user.pk))
    assert (entry.user, entry.change_message) == (admin, "Reset the second step")
    assert "Reset the second step" in desk.get(f"/admin/auth/user/{user.pk}/history/").content.decode()


def test_a_first_account_of_the_server_loses_its_power_with_its_role(desk):
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD)
    form = {"email": root.email, "role": "admin", "is_active": "on"}
    desk.post(page_of(root), form)
    assert User.objects.get(pk=root.pk).is_superuser
    desk.post(page_of(root), form | {"role": "reader"})
    fresh = User.objects.get(pk=root.pk)
    assert (fresh.is_superuser, fresh.staff_member.role) == (False, "reader")


def test_the_last_admin_stays(admin):
    with pytest.raises(LastAdminError), an_admin_stays():
        accounts.place(admin, Reach(Role.READER))
    assert StaffMember.objects.get(user=admin).role == "admin"
    with pytest.raises(LastAdminError), an_admin_stays():
        User.objects.filter(pk=admin.pk).update(is_active=False)
    account("admin")
    with an_admin_stays():
        accounts.place(admin, Reach(Role.READER))


def test_the_page_says_that_the_last_admin_stays(desk, admin, monkeypatch):
    """Another admin took the role from whoever sends this, between the page's first look and its last."""
    other = account("admin")
    place = accounts.place

    def at_the_same_moment(user, given):
        StaffMember.objects.filter(user=admin).update(role="reader")
        return place(user, given)

    monkeypatch.setattr(accounts, "place", at_the_same_moment)
    response = desk.post(page_of(other), {"email": "two@example.org", "role": "reader", "is_active": "on"})
    assert response["Location"] == page_of(other)
    assert set(StaffMember.objects.values_list("role", flat=True)) == {"admin"}
    assert "Somebody must stay platform admin" in desk.get(page_of(other)).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_two_admins_who_demote_each_other_at_once_do_not_both_succeed():
    users = [account("admin", name="one"), account("admin", name="two")]
    lost: list[str] = []
    start = threading.Barrier(2)

    def demote(user: User) -> None:
        close_old_connections()
        start.wait()
        try:
            with an_admin_stays():
                accounts.place(user, Reach(Role.READER))
        except LastAdminError:
            lost.append(user.username)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(lost) == 1
    assert accounts.admins().count() == 1


def test_the_list_tells_role_reach_state_and_second_step(desk, django_assert_max_num_queries):
    OrganizationFactory()
    organization = OrganizationFactory()
    account("coordinator", states=["AZ"], organizations=[organization], name="one")
    account("center", centers=[CenterFactory(), CenterFactory()], name="two")
    User.objects.create_superuser("root", "root@example.org", PASSWORD)
    invite(desk)
    with django_assert_max_num_queries(15):
        page = desk.get(LIST).content.decode()
    cells = {
        row[0]: row[1:]
        for row in (
            [
                re.sub(r"<[^>]+>", "", cell).strip()
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S)
            ]
            for line in re.findall(r"<tr>(.*?)</tr>", page, re.S)
        )
        if row
    }
    assert cells["one"][1:3] == ["Care coordinator", "AZ · 1 organization"]
    assert cells["two"][1:3] == ["Center staff", "2 centers"]
    assert cells["root"][1:3] == ["Platform admin", "everywhere"]
    assert cells["new.person@example.org"][-1] == "invited"
    assert cells["one"][-1] == "may sign in"


class Box:
    """Keeps what a mail server is handed."""

    def __init__(self) -> None:
        self.letters: list[SimpleNamespace] = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(SimpleNamespace(to=envelope.rcpt_tos, text=envelope.content.decode()))
        return "250 taken"


@pytest.fixture
def mail_server(settings):
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    controller.stop()


def test_an_invitation_reaches_a_real_mail_server(desk, mail_server, settings):
    settings.SITE_URL = "https://find.example.org"
    desk.defaults["HTTP_HOST"] = "localhost"
    user = invite(desk)
    letter = mail_server.letters[0]
    assert letter.to == [user.email]
    assert re.search(r"https://find\.example\.org/admin/invitation/[\w=\s-]+/", letter.text)
    assert "localhost" not in letter.text.partition("\r\n\r\n")[2]


def test_a_mail_server_that_is_away_leaves_an_invitation_to_be_sent_again(desk, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    form = {"email": "new.person@example.org", "role": "reader"}
    page = desk.post(ADD, form, follow=True).content.decode()
    assert "did not take the invitation" in page
    assert invitations.waiting(User.objects.get(email="new.person@example.org"))
    assert "new.person" not in "".join(record.getMessage() for record in caplog.records)
