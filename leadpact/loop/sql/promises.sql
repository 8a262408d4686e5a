-- promises
-- Question: How many of the promises that were due did both sides keep?
-- Grain:    one row per promise
-- Reads:    promises_promise, handover_pursuit
-- Params:   $since, $until     timestamptz, half-open [since, until), by the moment it was due
--           $asof              timestamptz, what "now" means for promises still open
--           $visible_owners    text, users who owe as ",3,7,", null for everybody's
-- Columns:  promise bigint, kind text, side text, owner bigint, team bigint, about text, pact bigint,
--           type text, channel text, campaign bigint,
--           made_at timestamptz, due_at timestamptz, closed_at timestamptz, worked_seconds bigint, outcome text,
--           value bigint
-- Counts:   Kept divided by due, of the promises of both sides that were due in the period. Done exactly when due is
--           kept; done late stays missed. Open and not yet due, waived and withdrawn are left out. What a former system
--           recorded made no promises.
select
    p.id as promise,
    p.kind,
    p.owed_by_side as side,
    p.owed_by_user_id as owner,
    p.owed_by_team_id as team,
    p.about,
    p.pact_version as pact,
    h.type,
    h.first_touch_channel as channel,
    h.first_touch_campaign as campaign,
    p.made_at,
    p.due_at,
    p.closed_at,
    p.worked_seconds,
    case when p.state = 'kept' then 'kept' else 'missed' end as outcome,
    case when p.state = 'kept' then 1 else 0 end as value
from promises_promise p
left join handover_pursuit h
  on h.id = case when p.about like 'pursuit:%' then cast(substr(p.about, 9) as bigint) end
where p.due_at >= $since
  and p.due_at < $until
  and (p.state in ('kept', 'missed') or (p.state = 'open' and p.due_at < $asof))
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owed_by_user_id as text) || ',%')
order by p.due_at, p.id
