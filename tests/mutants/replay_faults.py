"""The faults planted in the replay kernel: the same ten as in the scorer, and those only a kernel can have."""

from tests.mutants.planting import Fault

CREDITS = "leadpact/scoring/replay/credits.py"
GATHERING = "leadpact/scoring/replay/gathering.py"
KERNEL = "leadpact/scoring/replay/kernel.py"
TABLES = "leadpact/scoring/replay/tables.py"
WEARING = "leadpact/scoring/replay/wearing.py"
BY_HAND = "leadpact/scoring/replay/tests/test_run.py"
TESTS = ("leadpact/scoring/replay/tests/test_replay.py::test_the_kernel_says_what_the_scorer_says", BY_HAND)
STARTS = "begins = np.array([days.start(day) for day in numbers.tolist()], np.int64)"


def fault(name: str, file: str, old: str, new: str) -> Fault:
    return Fault(f"kernel: {name}", file, old, new, TESTS)


REPLAY_FAULTS = (
    fault("window edge + 1 microsecond", CREDITS, "        end = later(day, days, tables)\n",
          "        end = later(day, days, tables) + 1\n"),
    fault("window edge - 1 microsecond", CREDITS, "        end = later(day, days, tables)\n",
          "        end = later(day, days, tables) - 1\n"),
    fault("rolling edge + 1 microsecond", CREDITS, "end = moment + days * DAY\n", "end = moment + days * DAY + 1\n"),
    fault("a calendar window rolls", CREDITS, "        end = later(day, days, tables)\n",
          "        end = moment + days * DAY\n"),
    fault("<= for < at down", KERNEL, "elif total < tables[at.DOWN]:", "elif total <= tables[at.DOWN]:"),
    fault("> for >= at up", KERNEL, "if total >= tables[at.UP] and", "if total > tables[at.UP] and"),
    fault("cap forgets all but the last credit", CREDITS, "+ at.USED_POINTS] += points", "+ at.USED_POINTS] = points"),
    fault("cap goes on from one person to the next", CREDITS, "period = place * PERIODS_A_PERSON + ", "period = "),
    fault("tie: a look after each act of one instant", KERNEL,
          "            act += at.ACT_ROW\n",
          "            act += at.ACT_ROW\n            look(moment, tables, memory)\n"),
    fault("DST: every day has 24 hours", TABLES, STARTS,
          "begins = days.start(int(numbers[0])) + (numbers - numbers[0]) * 86_400_000_000"),
    fault("zone: days of UTC", TABLES, STARTS, "begins = (numbers - EPOCH_DAY) * 86_400_000_000"),
    fault("reset leaves the person in", KERNEL,
          "    memory[at.RESET_DONE] = moment\n    memory[at.IN_SINCE] = NEVER\n",
          "    memory[at.RESET_DONE] = moment\n"),
    fault("reset leaves credits alive", KERNEL,
          "        reset(moment, memory)\n        clear(tables, memory)\n", "        reset(moment, memory)\n"),
    fault("reset lets fit alone come in again", KERNEL, " and memory[at.ARRIVED] >= memory[at.RESET_DONE]:", ":"),
    fault("reset leaves a direct trigger alive", KERNEL,
          "    memory[at.OUT_DUE] = NEVER\n    memory[at.DIRECT_UNTIL] = -NEVER\n", "    memory[at.OUT_DUE] = NEVER\n"),
    fault("late event: what was recorded that moment is not known", GATHERING,
          "base.recorded[act] > known_at", "base.recorded[act] >= known_at"),
    fault("late event: known before it was recorded", GATHERING, "if known_at != NEVER and", "if known_at == 0 and"),
    fault("void: counts all the same", GATHERING, "if base.voids[act >> 3] >> (act & 7) & 1:", "if act < 0:"),
    fault("link: runs are not brought in order", GATHERING, "while runs > 1:", "while runs > 3:"),
    fault("colleagues' acts count for oneself", CREDITS,
          "if by_others and not tables[row + at.SCORE_IS_ACCOUNT]:", "if by_others > 1:"),
    fault("what if: the resets that happened count", TABLES, "self.header(at.WHAT_IF, mode is Mode.WHAT_IF)",
          "self.header(at.WHAT_IF, 0)"),
    fault("what if: cooling forgets what arrived at its instant", KERNEL,
          "    keep_fresh(tables, memory)\n", "    clear(tables, memory)\n"),
    fault("skipped, though the threshold is just reached", GATHERING, "bool(missing <= 0)", "bool(missing < 0)"),
    fault("half a milli-point is always rounded up", WEARING, "and whole % 2)", "and whole % 2 >= 0)"),
    fault("idleness begins a time too late", WEARING, "[kept + at.KEPT_IDLE_TIMES] + 1) *",
          "[kept + at.KEPT_IDLE_TIMES] + 2) *"),
    fault("dwell: out at once", KERNEL, "if moment >= memory[at.IN_SINCE] + tables[at.DWELL]:", "if True:"),
)  # fmt: skip
