"""The clock, the sweeps and the senders: dead, doubled, or all of them away for a day."""

import signal
from datetime import UTC, datetime, timedelta

import pytest

from csec.delivery.heartbeat import PARTS
from tests.delivery.sink import Sink
from tests.faults.checkins import expected, plan_check_ins, surplus
from tests.faults.installation import Installation, commands, wait

pytestmark = [pytest.mark.faults, pytest.mark.django_db]


def plan(
    place: Installation, count: int, *, ago: timedelta = timedelta(minutes=1), over: timedelta = timedelta(0)
) -> set[tuple[str, str]]:
    with place.connect() as connection:
        plan_check_ins(connection.cursor(), count, first=datetime.now(UTC) - ago, over=over)
        return expected(connection.cursor())


def let_pass(place: Installation, passed: timedelta) -> None:
    """So much time goes by: what was written down lies further back."""
    with place.connect() as connection:
        connection.execute("UPDATE delivery_heartbeat SET at = at - %s", [passed])
        connection.execute(
            "UPDATE delivery_tick SET at = at - %(passed)s, database_at = database_at - %(passed)s,"
            " boot_seconds = boot_seconds - extract(epoch FROM %(passed)s::interval)",
            {"passed": passed},
        )


def watched(place: Installation) -> tuple[int, str]:
    """What a monitor is told: the exit code and the first line."""
    done = place.manage("check_reminders", check=False)
    return done.returncode, done.stdout.partition("\n")[0]


def all_alive(place: Installation) -> bool:
    return not silent(place, "5 minutes")


def silent(place: Installation, since: str) -> int:
    """How many parts of the chain were not heard of since then."""
    heard = "SELECT count(*) FROM delivery_heartbeat WHERE part = ANY (%s) AND at > now() - %s::interval"
    return len(PARTS) - int(place.query(heard, list(PARTS), since)[0])


def come_due(place: Installation, count: int) -> None:
    """So many of the check-ins that are planned for later are due now."""
    with place.connect() as connection:
        connection.execute(
            "UPDATE cases_checkin SET remind_at = now() - interval '1 minute', day_at = now() - interval '1 minute',"
            " before_at = now() - interval '1 day' WHERE id IN (SELECT id FROM cases_checkin WHERE level = 1"
            " AND remind_at > now() ORDER BY id LIMIT %s)",
            [count],
        )


def test_r2_without_the_clock_the_timer_sends_and_silence_is_told(place: Installation, mail: Sink) -> None:
    """Twenty times, killed and stopped by turns."""
    count, times = 10, 20
    wanted = plan(place, count * times, ago=-timedelta(hours=2))
    place.start("worker")
    place.start("beat")
    wait(lambda: all_alive(place), seconds=60, otherwise="Not every part of the chain was heard of.")
    for nth in range(times):
        assert watched(place) == (0, "silent parts: 0 of 4")
        if nth % 2:
            place.running["beat"].popen.send_signal(signal.SIGSTOP)
        else:
            place.kill("beat")
        # What was rung before is over.
        wait(lambda: silent(place, "3 seconds") == len(PARTS))
        let_pass(place, timedelta(minutes=5))
        assert watched(place) == (2, "silent parts: 4 of 4 clock worker sweep sender")
        come_due(place, count)
        place.manage("sweep", process="worker")
        place.manage("send_outbox", process="worker")
        assert len(mail.taken) == count * (nth + 1)
        # The timer does not hide that the clock is silent.
        assert watched(place) == (2, "silent parts: 2 of 4 clock worker")
        if nth % 2:
            place.running["beat"].popen.send_signal(signal.SIGCONT)
        else:
            place.start("beat")
        wait(lambda: all_alive(place), seconds=60, otherwise="The clock did not come back.")
    assert surplus(mail, wanted) == 0


def test_r11_two_clocks_ten_sweeps_and_four_senders_write_and_send_each_once(
    place: Installation, mail: Sink
) -> None:
    """Twenty times they find that some are due."""
    count, times = 200, 20
    wanted = plan(place, count * times, ago=-timedelta(hours=2))
    place.start("worker")
    place.start("beat")
    place.start("beat")
    with commands(place) as processes:
        for nth in range(times):
            come_due(place, count)

            def arrived(so_far: int = count * (nth + 1)) -> bool:
                if len(processes.living()) < 7:
                    processes.start(10, command="sweep")
                    processes.start(4)
                return len(set(mail.taken)) == so_far

            wait(arrived, seconds=120)
        processes.finish(seconds=60)
    assert surplus(mail, wanted) == 0
    assert place.query("SELECT count(*) FROM delivery_message WHERE state = 'sent'") == (len(wanted),)


def test_r18_twenty_days_away_each_caught_up_with(place: Installation, mail: Sink) -> None:
    """Twenty times everything stands still for 24 hours, in which some check-ins come due, late and climb."""
    count, times = 50, 20
    plan(place, count * times, ago=-timedelta(hours=2))
    took = []
    for nth in range(times):
        let_pass(place, timedelta(hours=24))
        with place.connect() as connection:
            connection.execute(
                "UPDATE cases_checkin SET remind_at = now() - interval '1 day', day_at = now() - interval '1 day',"
                " before_at = now() - interval '2 days', due_at = now() - interval '16 hours' WHERE id IN (SELECT id"
                " FROM cases_checkin WHERE level = 1 AND remind_at > now() ORDER BY id LIMIT %s)",
                [count],
            )
        place.start("worker")
        place.start("beat")
        so_far = 3 * count * (nth + 1)
        took.append(wait(lambda so_far=so_far: len(mail.taken) >= so_far, seconds=120))  # type: ignore[misc]
        place.kill("beat")
        place.kill("worker")
    rows = place.query(
        "SELECT count(*), count(DISTINCT subject), count(DISTINCT (subject, level)), count(*) FILTER (WHERE state ="
        " 'sent') FROM delivery_message"
    )
    print(f"{times} times caught up with {3 * count} messages, in {max(took):.1f} s at most: {rows}")  # noqa: T201
    assert rows[:3] == (3 * count * times, count * times, count * times)
    copies = len(mail.taken) - len(set(mail.taken))
    # Whoever was killed after sending the last one may have to send it again.
    assert copies <= times


def test_r18_after_a_day_away_each_check_in_is_told_once_as_late_as_it_is(
    place: Installation, mail: Sink
) -> None:
    """Everything stood still for 24 hours, in which 4,000 check-ins came due, late and climbed."""
    count = 4000
    place.manage("sweep", process="worker")
    place.manage("send_outbox", process="worker")
    let_pass(place, timedelta(hours=24))
    with place.connect() as connection:
        plan_check_ins(
            connection.cursor(),
            count,
            first=datetime.now(UTC) - timedelta(hours=24),
            over=timedelta(hours=10),
            until_due=timedelta(hours=8),
        )
    assert watched(place)[0] == 2
    place.start("worker")
    place.start("beat")
    mail.keep_mails = False
    took = wait(lambda: len(mail.taken) >= 3 * count, seconds=300, otherwise="Not caught up with.")
    rows = place.query(
        "SELECT count(*), count(DISTINCT subject), count(DISTINCT (subject, level)), count(*) FILTER (WHERE state ="
        " 'sent'), min(level), max(level) FROM delivery_message"
    )
    print(f"caught up with {count} check-ins, {len(mail.taken)} messages, in {took:.1f} s: {rows}")  # noqa: T201
    # To the one whose it is, the cover and the administrator; of each check-in one level alone.
    assert rows[:3] == (3 * count, count, count)
    assert rows[4] >= 4
    assert len(set(mail.taken)) == len(mail.taken) == 3 * count
    assert place.query("SELECT count(*) FROM delivery_clockalarm") == (0,)
    wait(lambda: all_alive(place), seconds=60)
    assert watched(place)[0] == 0
