"""Where the kernel's two arrays of whole numbers hold what.

Two flat arrays and nothing else: numba compiles that in seconds, and many arrays in minutes.  A row is the place of
its first number; `tables[row + RULE_POINTS]` is a field of it.
"""

# Tables: what the pact says, never written.  First these numbers, then rows from where AT_... says.
UP, DOWN, DWELL, AS_OF, OWN_RESETS, HAS_IDLE, HAS_HALVING = range(7)
SCORES, DAYS, FIRST_DAY = range(7, 10)  # how many; how many; the calendar's first day
AT_SCORES, AT_GROUPS, AT_HALVINGS, AT_DAYS, AT_SHAPES, AT_EARNED, AT_RULES, AT_LIMITS = range(10, 18)
AT_STATES, AT_WHYS = 18, 19
SLOTS, LIMITS, STATES, SHAPES = range(20, 24)  # how many
KNOWN_AT, COUNTS_ACCOUNTS, WHAT_IF = range(24, 27)
HEADER = 27

(
    SCORE_AGEING,
    SCORE_DAYS,
    SCORE_IS_ACCOUNT,
    SCORE_SLOT,
    SCORE_GROUP,
    SCORE_GROUPS_END,
    SCORE_CAP,
    SCORE_IDLE_DAYS,
    SCORE_IDLE_POINTS,
    SCORE_HALVING,
    SCORE_HALVINGS_END,
    SCORE_ROW,
) = range(12)
GROUP_SLOT, GROUP_CAP, GROUP_ROW = range(3)
DAY_START, DAY_NUMBER, DAY_WEEK, DAY_MONTH, DAY_ALL, DAY_ROW = range(6)
(
    SHAPE_MOST,  # that it may earn, PLENTY for a direct trigger
    SHAPE_MOST_OF_OTHERS,  # when a colleague did it
    SHAPE_OF_USE,  # whether it earns or triggers anything
    SHAPE_OF_USE_OF_OTHERS,
    SHAPE_EARNED,
    SHAPE_EARNED_END,
    SHAPE_DIRECT_DAYS,
    SHAPE_ROW,
) = range(8)
STATE_FIT, STATE_PASSES, STATE_ROW = range(3)  # the last state is before anything is known
RULE_POINTS, RULE_SCORE, RULE_SLOT, RULE_LIMIT, RULE_LIMITS_END, RULE_ROW = range(6)
LIMIT_PERIOD, LIMIT_MOST, LIMIT_ROW = range(3)  # LIMIT_PERIOD: which field of a day

CALENDAR, ROLLING, HALVING = 0, 1, 2
NOT_DIRECT = -1
PLENTY = 2**50  # more points than any threshold asks for, and few enough to be added up

# Memory: what is remembered while time passes over one person.
IN_SINCE = 0  # the points alone make the person ready; moments are NEVER for none
READY_SINCE = 1
OUT_DUE = 2  # the minimum dwell is over, and the points are already too low
DIRECT_UNTIL = 3
ARRIVED = 4  # the last act that earned points or triggered
RESET_DONE = 5  # nobody comes in before an act at or after the last reset
FIT = 6
PASSES = 7
FIRST_LOOK = 8  # until it is taken
DAY = 9  # of the last act: a row of the calendar
DAY_ENDS = 10
RARE = 11  # the next moment of anything but acts and the ends of windows
EXPIRY = 12  # the next end of a window
FACT, FACTS_END, RESET, RESETS_END = range(13, 17)  # rows still to come
AT_KEPT, AT_SUMS, AT_USED, AT_ACTS, AT_MERGED, AT_RUNS, AT_FACTS, AT_RESETS = range(17, 25)
REGISTERS = 25

(
    KEPT_HEAD,
    KEPT_TAIL,
    KEPT_FRESH,
    KEPT_AGED,
    KEPT_ACTED_AT,
    KEPT_ACTED_ON,
    KEPT_IDLE_TIMES,
    KEPT_CREDITS,
    KEPT_ROW,
) = range(9)  # by score: its live credits, [head, tail), those of this instant from fresh on
CREDIT_END, CREDIT_SLOT, CREDIT_WORTH, CREDIT_FULL, CREDIT_ROW = range(5)
USED_IN, USED_POINTS, USED_ROW = range(3)
ACT_AT, ACT_SHAPE, ACT_BY_OTHERS, ACT_ROW = range(4)
FACT_AT, FACT_FIT, FACT_PASSES, FACT_ROW = range(4)

INTERVAL_PLACE, INTERVAL_SINCE, INTERVAL_UNTIL, INTERVAL_BY_POINTS, INTERVAL_ROW = range(5)
