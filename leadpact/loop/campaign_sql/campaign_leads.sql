-- campaign_leads
-- Question: How many leads did each campaign bring?
-- Grain:    one row per campaign; campaign null for leads that no campaign brought
-- Reads:    worklist_leadline, people_person, people_identity, capture_touch, capture_campaignname
-- Params:   $since, $until     timestamptz, half-open [since, until), by the person's first known touch
-- Columns:  campaign bigint, value bigint
-- Counts:   Persons who are or were leads, by the campaign of their first known touch: the earliest act of theirs that
--           names a campaign or says how they came. Whoever no act tells of counts on the day they were first seen.
select
    n.campaign_id as campaign,
    count(*) as value
from worklist_leadline l
join people_person p on p.id = l.person_id
left join capture_touch t on t.identity = (
    select f.identity
    from people_identity i
    join capture_touch f on f.identity = i.id
    where i.person_id = l.person_id
    order by f.happened_at, f.identity
    limit 1
)
left join capture_campaignname n on n.key = t.campaign_key
where l.stage not in ('anonymous', 'contact')
  and coalesce(t.happened_at, p.created_at) >= $since
  and coalesce(t.happened_at, p.created_at) < $until
group by n.campaign_id
order by n.campaign_id
