-- campaign_persons
-- Question: Which leads did a campaign bring?
-- Grain:    one row per person
-- Reads:    worklist_leadline, capture_campaignname
-- Params:   $campaign             bigint, the campaign
--           $since, $until        timestamptz, half-open [since, until), by the person's first known touch
--           $before, $person      text, the place in the list: only what came before it; null from the beginning
--           $limit                bigint, at most so many
-- Columns:  person bigint, name text, email text, company_name text, stage text, score bigint,
--           first_touch_at timestamptz, value bigint
-- Counts:   As campaign_leads: persons who are or were leads, by the campaign of their first known touch.
select
    l.person_id as person,
    l.name,
    l.email,
    l.company_name,
    l.stage,
    l.score,
    l.came_at as first_touch_at,
    1 as value
from capture_campaignname n
join worklist_leadline l on l.came_by = n.key
where n.campaign_id = $campaign
  and l.stage not in ('anonymous', 'contact')
  and l.came_at >= $since
  and l.came_at < $until
  and (cast($before as text) is null
       or l.came_at < $before
       or (l.came_at = $before and l.person_id < $person))
order by l.came_at desc, l.person_id desc
limit $limit
