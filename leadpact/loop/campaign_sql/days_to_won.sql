-- days_to_won
-- Question: How long did it take from the first known touch to the won deal?
-- Grain:    one row per deal of the last 1,000 won
-- Reads:    pipeline_deal, handover_pursuit
-- Params:   $asof     timestamptz, deals won before it
-- Columns:  first_touch_at timestamptz, closed_at timestamptz
-- Counts:   Won deals whose pursuit has a known first touch.
select
    p.first_touch_at,
    d.closed_at
from pipeline_deal d
join handover_pursuit p on p.id = d.pursuit
where d.state = 'won'
  and d.closed_at < $asof
  and p.first_touch_at is not null
order by d.closed_at desc
limit 1000
