"""The same rolling stop three times; what differs is the init."""

import rolling
from suite import test

LEAST = 20000
IDLE = ["--drain-idle", "--drain-quiet", "1s"]


def roll(box, words):
    """Returns made and failed, and the stops."""
    run = rolling.Rolling(box.folder, words)
    made, failed = run.run(LEAST)
    assert made >= LEAST, f"{made} requests prove nothing"
    box.note(f"{failed} of {made} requests failed; the stops took "
             + " and ".join(f"{took:.1f} s" for _, took, _ in run.stops))
    return failed, run.stops


@test
def below_tini_requests_fail(box):
    failed, _ = roll(box, rolling.below_tini)
    assert failed > 0, "the experiment would not notice a failure"


@test
def a_drain_of_a_fixed_second_cuts_what_lasts_longer(box):
    failed, _ = roll(box, rolling.below_drainit(box.drainit))
    assert failed > 0, "nothing was left for --drain-idle to wait for"


@test
def a_drain_until_the_connections_are_idle_fails_no_request(box):
    failed, stops = roll(box, rolling.below_drainit(box.drainit, *IDLE))
    for status, _, said in stops:
        assert status == 0 and "drained after" in said, said
    assert failed == 0, "\n".join(said for _, _, said in stops)
