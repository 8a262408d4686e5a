-- campaign_leads
-- Question: How many leads did each campaign bring?
-- Grain:    one row per campaign; campaign null for leads that no campaign brought
-- Reads:    worklist_leadline, capture_campaignname
-- Params:   $since, $until     timestamptz, half-open [since, until), by the person's first known touch
-- Columns:  campaign bigint, value bigint
-- Counts:   Persons who are or were leads, by the campaign of their first known touch: the earliest act of theirs that
--           names a campaign or says how they came. Whoever no act tells of counts on the day they were first seen.
select
    n.campaign_id as campaign,
    cast(sum(l.leads) as bigint) as value
from (
    select k.came_by, count(*) as leads
    from worklist_leadline k
    where k.stage not in ('anonymous', 'contact')
      and k.came_at >= $since
      and k.came_at < $until
    group by k.came_by
) l
left join capture_campaignname n on n.key = l.came_by
group by n.campaign_id
order by n.campaign_id
