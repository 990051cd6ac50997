import io

from rich.console import Console

from screentest.stack.display import Display


def test_without_a_terminal_a_change_of_state_is_one_line():
    text = io.StringIO()
    with Display(Console(file=text, width=60)) as display:
        display.changed("qa", "starting", "")
        display.changed("qa", "starting", "its probe port does not answer")
        display.changed("qa", "ready", "")
        display.changed("api", "not ready", "[broker] away " + "x" * 80)

    assert text.getvalue().splitlines() == [
        "qa             starting",
        "qa             ready",
        "api            not ready ([broker] away " + "x" * 80 + ")",
    ]


def test_a_terminal_shows_the_latest_state_of_every_part():
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=100, color_system=None)
    with Display(console) as display:
        display.changed("postgres", "starting", "")
        display.changed("postgres", "ready", "")
        display.changed("qa", "starting", "")

    final = text.getvalue().rsplit("postgres", 1)[1]
    assert "ready" in final
    assert "qa" in final
