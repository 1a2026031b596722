"""The master key is changed while everything runs: interrupted, resumed, by several, and then without the old one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from cases.models import Concern
from csec.accounts import second_factor
from csec.accounts.models import User
from csec.audit.models import Event
from csec.bootstrap import ROOT
from csec.crypto import rotation
from csec.crypto.models import DataKey, KnownMasterKey
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.accounts.at_the_door import code, is_signed_in, sign_in, with_app
from tests.crypto.masters import Use
from tests.crypto.masters import use as use
from tests.make import AT
from tests.stored import dump

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_AUDIT_URL")


class District:
    """What is sealed in a district: a case with evidence, a concern, a draft, two second factors."""

    def __init__(self) -> None:
        self.staff = make.Staff()
        self.concern = make.concern(self.staff, account="planted-account")
        self.case = make.case(self.staff)
        self.entry = make.record(
            self.case,
            self.staff.counselor,
            "regular_contact",
            values={"student_safe": "yes", "status": "planted"},
        )
        with acting_as(self.staff.teacher.pk):
            typed = {"account": ["planted-draft"]}
            store.keep(person=self.staff.teacher.pk, form="log_concern", fields=typed, at=AT)
        self.secret = with_app(self.staff.counselor)
        seed = {"seed": second_factor.seal("5e" * 40), "used_mask": 0}
        codes = Authenticator.objects.create(
            user=self.staff.counselor, type=Authenticator.Type.RECOVERY_CODES, data=seed
        )
        self.codes = codes.wrap().get_unused_codes()

    def check_readable(self) -> None:
        """Everything that was sealed opens, and both second factors sign in."""
        teacher, counselor = self.staff.teacher, self.staff.counselor
        assert account(self.concern, teacher) == "planted-account"
        assert make.evidence(self.entry, counselor)["status"] == "planted"
        with acting_as(teacher.pk):
            found = store.find(person=teacher.pk, form="log_concern")
        assert found is not None
        assert found[0]["account"] == "planted-draft"
        client = Client()
        client.force_login(teacher)
        assert "planted-account" in client.get(self.concern.get_absolute_url()).content.decode()

    def sign_in(self, shown: str) -> bool:
        client = Client()
        sign_in(client, self.staff.counselor.email)
        client.post(reverse("mfa_authenticate"), {"code": shown})
        return is_signed_in(client)


def account(concern: Concern, person: User) -> str:
    with acting_as(person.pk):
        return str(Concern.objects.get(pk=concern.pk).words()["account"])


def many(count: int) -> None:
    """So many data keys more, of no case."""
    keys = [DataKey.make(scope=uuid4()) for _n in range(count)]
    DataKey.objects.using("owner").bulk_create(keys)


def under(version: int) -> int:
    return DataKey.objects.using("owner").filter(master_version=version).count()


def rotate() -> list[str]:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue().splitlines()


def test_after_it_everything_is_readable_without_the_old_key_and_the_log_says_that_it_was_done(
    use: Use,
) -> None:
    use(v1="a")
    call_command("check_keys", stdout=StringIO())
    district = District()
    destroyed = DataKey(scope=uuid4(), master_version=1, destroyed_at=AT)
    destroyed.save(using="owner", force_insert=True)
    texts = {name: rows for name, rows in dump().items() if name.startswith("cases_")}
    use(v1="a", v2="b")
    district.check_readable()
    said = rotate()
    assert said[0] == f"data keys: {under(2)} of {under(2)}"
    assert "master key 1: nothing needs it any more but the backups that were made under it" in said
    # No text was touched, and the key that was destroyed stays so.
    assert {name: rows for name, rows in dump().items() if name.startswith("cases_")} == texts
    assert under(1) == 1
    use(v2="b")
    call_command("check_keys", stdout=StringIO())
    assert list(KnownMasterKey.objects.using("owner").values_list("version", flat=True)) == [2]
    district.check_readable()
    assert district.sign_in(code(district.secret))
    assert district.sign_in(district.codes[0])
    events = list(Event.objects.using("owner").filter(verb="keys_rewrapped").values_list("actor", "request"))
    assert len(events) == 2  # the data keys, and the second factors
    assert len({request for _actor, request in events} - {None}) == 1


def test_killed_in_the_middle_both_keys_are_in_use_and_the_next_run_goes_on_from_there(use: Use) -> None:
    use(v1="a")
    district = District()
    many(2 * rotation.AT_ONCE)
    both = use(v1="a", v2="b")
    with transaction.atomic(using="owner"):
        DataKey.objects.using("owner").select_for_update().latest("pk")  # holds up its last rows
        process = running(both)
        until(lambda: under(2) >= rotation.AT_ONCE)
        process.kill()
        process.wait()
    assert 0 < under(2) < DataKey.objects.using("owner").count()
    district.check_readable()
    assert district.sign_in(code(district.secret, -1))
    more = make.concern(district.staff, account="planted meanwhile")
    assert "master key 1: nothing needs it any more" in "\n".join(rotate())
    assert under(1) == 0
    use(v2="b")
    district.check_readable()
    assert account(more, district.staff.teacher) == "planted meanwhile"
    assert district.sign_in(code(district.secret))


def running(master_keys: str) -> "subprocess.Popen[bytes]":
    """The command in a process of its own, on the database of this test."""
    name = connections["owner"].settings_dict["NAME"]
    addresses = {url: f"{os.environ[url].rpartition('/')[0]}/{name}" for url in ADDRESSES}
    return subprocess.Popen(
        [sys.executable, "manage.py", "rotate_keys"],
        cwd=ROOT,
        env={**os.environ, **addresses, "CSEC_MASTER_KEYS": master_keys},
        stdout=subprocess.DEVNULL,
    )


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_any_number_may_run_at_once(use: Use) -> None:
    use(v1="a")
    many(3 * rotation.AT_ONCE)
    use(v1="a", v2="b")

    def in_a_thread(_n: int) -> str:
        try:
            return rotate()[-2]
        finally:
            for alias in ("owner", "default"):
                connections[alias].close()

    with ThreadPoolExecutor(3) as threads:
        said = set(threads.map(in_a_thread, range(3)))
    assert said == {f"master key 2: seals what is new; {under(2)} data keys"}
    assert under(1) == 0
    for key in DataKey.objects.using("owner"):
        key.open()


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        ({"v1": "x", "v2": "b"}, "Master key 1 is not the one that was used here"),
        ({"v2": "b"}, "Master key 1 is not configured"),
        ({}, "No master key"),
    ],
)
def test_with_a_wrong_key_nothing_is_changed(use: Use, letters: dict[str, str], says: str) -> None:
    use(v1="a")
    call_command("check_keys", stdout=StringIO())
    many(2)
    before = dump()
    use(**letters)
    with pytest.raises(CommandError, match=says):
        rotate()
    assert dump() == before


def test_what_opens_under_no_key_is_named_and_left_and_the_rest_is_moved(use: Use) -> None:
    use(v1="a")
    call_command("check_keys", stdout=StringIO())
    many(3)
    rows = DataKey.objects.using("owner")
    broken = rows.latest("pk")
    rows.filter(pk=broken.pk).update(wrapped=b"x" * 60)
    use(v1="a", v2="b")
    with pytest.raises(CommandError, match=f"1 open under no key that is there.*\n  data keys {broken.pk}"):
        rotate()
    assert (under(1), under(2)) == (1, 2)
    said = StringIO()
    call_command("check_keys", stdout=said)
    assert "master key 1: still needed (1 data keys); rotate_keys moves them" in said.getvalue()


def test_a_key_under_which_only_a_second_factor_is_sealed_may_not_be_left_out(use: Use) -> None:
    use(v1="a")
    call_command("check_keys", stdout=StringIO())
    with_app(make.Staff().counselor)
    use(v2="b")
    with pytest.raises(CommandError, match="Master key 1 is not configured"):
        call_command("check_keys")


def test_no_login_of_a_process_can_wrap_a_key_anew(use: Use) -> None:
    use(v1="a")
    many(1)
    for table in ("crypto_datakey", "crypto_recoverykey"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET master_version = 9")  # noqa: S608
