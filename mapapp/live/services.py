"""The services that a process offers to its rooms."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from mapapp.domain.sight import sight_of
from mapapp.domain.storing import Answer, Submission
from mapapp.live.fanout.fanout import SightRule
from mapapp.live.load import Load
from mapapp.live.ports import WorkOut

Submit = Callable[[Submission, Callable[[Answer], None]], None]


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to each room.

    `load` is how busy this process is, and the pace that follows.
    `submit` hands a change of the server's own to the committer; `renew(room,
    grabs)` prolongs leases. `phone_budget` is the most bytes a second for a phone,
    None for no limit. `sight` decides who sees what. `gives(name)`: whether this
    process gives newcomers this friendly name, of all processes (`newcomers.Shares`).
    `clock` gives seconds since 1970, the same in all processes.
    `work_out` works out results; without it there are none.
    """

    load: Load
    submit: Submit
    renew: Callable[[UUID, Sequence[int]], None]
    phone_budget: int | None = None
    sight: SightRule = sight_of
    gives: Callable[[str], bool] = lambda name: True
    clock: Callable[[], float] = time.time
    work_out: WorkOut | None = None
