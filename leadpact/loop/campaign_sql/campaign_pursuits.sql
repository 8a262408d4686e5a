-- campaign_pursuits
-- Question: What became of the hand-overs that each campaign brought?
-- Grain:    one row per campaign; campaign null where no campaign is known
-- Reads:    handover_pursuit, handover_stagedate
-- Params:   $since, $until     timestamptz, half-open [since, until), by the first known touch of the pursuit
--           $old               timestamptz, whoever first came before it is old enough to have closed
-- Columns:  campaign bigint, ready bigint, accepted bigint, deals bigint, won bigint, decided bigint, ripe bigint,
--           value bigint
-- Counts:   A cohort: pursuits whose first known touch lies in the period, and how many of them ever reached each
--           stage so far. `decided` have ended; `ripe` are old enough to have closed.
select
    p.first_touch_campaign as campaign,
    cast(count(distinct case when s.stage = 'ready' then p.id end) as bigint) as ready,
    cast(count(distinct case when s.stage = 'working' then p.id end) as bigint) as accepted,
    cast(count(distinct case when s.stage = 'deal' then p.id end) as bigint) as deals,
    cast(count(distinct case when s.stage = 'customer' then p.id end) as bigint) as won,
    cast(count(distinct case when p.ended_at is not null then p.id end) as bigint) as decided,
    cast(count(distinct case when p.first_touch_at < $old then p.id end) as bigint) as ripe,
    cast(count(distinct p.id) as bigint) as value
from handover_pursuit p
left join handover_stagedate s on s.pursuit_id = p.id
where p.first_touch_at >= $since
  and p.first_touch_at < $until
group by p.first_touch_campaign
order by p.first_touch_campaign
