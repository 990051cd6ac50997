"""Synthetic days on the dispatcher's own policy, without waiting for them.

    python bench/simulator.py [--workers 1,4,16,64,256] [--gpu-hours 200] [--load 0.9]
        [--production-share 0.2]

Events are simulated, decisions are not: the code that chooses is screentest.dispatcher.domain. The
same days are given to first-in-first-out (which also matches capabilities, and knows nothing else),
and to the same fair shares without grouping by models. One worker in four is small: it cannot hold
the model set "giant". Loading other models takes 30 s, from a release to the take 30 ms. Every
fleet has as many GPU hours: one worker eight days, sixteen half a day; as far as a fleet has at
least three hours (256 workers: one).

Printed: how long previews waited; production's part of the GPU seconds that both lanes wanted;
Jain's index over users who waited all of a window in the preview lane; how much of the time in
which work waited for them the GPUs were busy; and how often a worker loaded other models. A window
is half an hour, and long enough for some 150 renders: two hours of one worker.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from simulator_day import synthetic_day
from simulator_figures import Summary
from simulator_fleet import Simulation
from simulator_orders import fair, fair_by_turns, first_in_first_out

POLICIES = (
    ("fifo", first_in_first_out, 0),
    ("fair by turns", fair_by_turns, 0),
    ("fair", fair, 0),
    ("fair, staging", fair, 1),
)
HEAD = f"""\
{"":>18}  {"preview wait s":>17}  {"production":>10}  {"Jain":>6} {"":5}  {"GPU":>7}  \
{"model":>7}  {"":>7}  {"ms per":>6}
{"workers, policy":>18}  {"p50":>8} {"p95":>8}  {"share":>10}  {"index":>6} {"":5}  {"busy":>7}  \
{"swaps":>7}  {"renders":>7}  {"choice":>6}"""


def line(name: str, days: Summary) -> str:
    return (
        f"{name:>18}  {days.p50_s:8.0f} {days.p95_s:8.0f}  {days.production_share:10.1%}  "
        f"{days.jain_index:6.3f} ({days.windows:3})  {days.busy:7.2%}  {days.swaps:7}  "
        f"{days.renders:7}  {days.ms_per_choice:6.2f}"
    )


def main(arguments: argparse.Namespace) -> None:
    print(HEAD)
    for workers in arguments.workers:
        number_of_days = max(1, int(arguments.gpu_hours / (24 * workers)))
        hours = min(24, max(3 if workers <= 64 else 1, arguments.gpu_hours / workers))
        days = [
            synthetic_day(workers=workers, hours=hours, load=arguments.load, seed=seed)
            for seed in range(arguments.seed, arguments.seed + number_of_days)
        ]
        for name, order, stages in POLICIES:
            figures = [
                Simulation(
                    jobs,
                    workers=workers,
                    order=order,
                    stages=stages,
                    production_share=arguments.production_share,
                ).run()
                for jobs in days
            ]
            print(line(f"{workers}, {name}", Summary.of(figures)), flush=True)


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=numbers, default=[1, 4, 16, 64, 256])
    parser.add_argument("--gpu-hours", type=float, default=200, help="of every fleet")
    parser.add_argument("--load", type=float, default=0.9)
    parser.add_argument("--production-share", type=float, default=0.2, help="that is guaranteed")
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args())
