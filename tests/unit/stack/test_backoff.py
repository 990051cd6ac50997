from screentest.stack.backoff import Backoff


def test_delays_double_up_to_the_longest():
    backoff = Backoff(first_s=0.25, longest_s=2.0)

    delays = [backoff.delay_s(lived_s=0) for _ in range(6)]

    assert delays == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]


def test_a_process_that_stayed_up_is_forgiven():
    backoff = Backoff(first_s=0.25, forgiven_after_s=30)
    for _ in range(5):
        backoff.delay_s(lived_s=1)

    assert backoff.delay_s(lived_s=31) == 0.25
    assert backoff.delay_s(lived_s=0) == 0.5
