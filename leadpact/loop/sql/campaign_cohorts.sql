-- campaign_cohorts
-- Question: What became of the leads that each campaign brought?
-- Grain:    one row per campaign and channel of the first known touch; campaign null where no campaign is known
-- Reads:    handover_pursuit, handover_stagedate, capture_campaign
-- Params:   $since, $until     timestamptz, half-open [since, until), by the first known touch of the pursuit
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  campaign bigint, name text, channel text, ready bigint, offered bigint, working bigint, deals bigint,
--           won bigint, decided bigint, value bigint
-- Counts:   A cohort: pursuits whose first known touch lies in the period, how many of them ever reached each stage so
--           far, and how many ended: a young cohort is not ripe yet. Whoever was never handed over has no pursuit and is
--           not counted here.
with reached as (
    select
        s.pursuit_id,
        max(case when s.stage = 'ready' then 1 else 0 end) as ready,
        max(case when s.stage = 'offered' then 1 else 0 end) as offered,
        max(case when s.stage = 'working' then 1 else 0 end) as working,
        max(case when s.stage = 'deal' then 1 else 0 end) as deals,
        max(case when s.stage = 'customer' then 1 else 0 end) as won
    from handover_stagedate s
    group by s.pursuit_id
)
select
    p.first_touch_campaign as campaign,
    c.name,
    p.first_touch_channel as channel,
    cast(coalesce(sum(r.ready), 0) as bigint) as ready,
    cast(coalesce(sum(r.offered), 0) as bigint) as offered,
    cast(coalesce(sum(r.working), 0) as bigint) as working,
    cast(coalesce(sum(r.deals), 0) as bigint) as deals,
    cast(coalesce(sum(r.won), 0) as bigint) as won,
    cast(sum(case when p.ended_at is null then 0 else 1 end) as bigint) as decided,
    count(*) as value
from handover_pursuit p
left join reached r on r.pursuit_id = p.id
left join capture_campaign c on c.id = p.first_touch_campaign
where p.first_touch_at >= $since
  and p.first_touch_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
group by p.first_touch_campaign, c.name, p.first_touch_channel
order by count(*) desc, p.first_touch_campaign, p.first_touch_channel
