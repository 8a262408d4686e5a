-- campaign_nobodys
-- Question: Which leads did no campaign bring?
-- Grain:    one row per person
-- Reads:    worklist_leadline, capture_campaignname
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
    l.came_at as first_touch_at,
    1 as value
from worklist_leadline l
left join capture_campaignname n on n.key = l.came_by
where l.stage not in ('anonymous', 'contact')
  and n.campaign_id is null
  and l.came_at >= $since
  and l.came_at < $until
  and (cast($after as text) is null or l.person_id < $after)
order by l.person_id desc
limit $limit
