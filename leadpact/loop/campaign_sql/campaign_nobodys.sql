-- campaign_nobodys
-- Question: Which leads did no campaign bring?
-- Grain:    one row per person
-- Reads:    worklist_leadline, people_person, people_identity, capture_touch, capture_campaignname
-- Params:   $since, $until     timestamptz, half-open [since, until), by the person's first known touch
--           $after             bigint, only persons of a smaller number; null from the beginning
--           $limit             bigint, at most so many
-- Columns:  person bigint, name text, email text, company_name text, stage text, score bigint,
--           first_touch_at timestamptz, value bigint
-- Counts:   As campaign_leads: whoever no act tells of counts on the day they were first seen.
select
    l.person_id as person,
    l.name,
    l.email,
    l.company_name,
    l.stage,
    l.score,
    coalesce(t.happened_at, p.created_at) as first_touch_at,
    1 as value
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
  and n.campaign_id is null
  and coalesce(t.happened_at, p.created_at) >= $since
  and coalesce(t.happened_at, p.created_at) < $until
  and (cast($after as text) is null or l.person_id < $after)
order by l.person_id desc
limit $limit
