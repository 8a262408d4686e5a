-- campaign_persons
-- Question: Which leads did a campaign bring?
-- Grain:    one row per person
-- Reads:    worklist_leadline, people_identity, capture_touch, capture_campaignname
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
    t.happened_at as first_touch_at,
    1 as value
from capture_campaignname n
join capture_touch t on t.campaign_key = n.key
join people_identity i on i.id = t.identity
join worklist_leadline l on l.person_id = i.person_id
where n.campaign_id = $campaign
  and t.happened_at >= $since
  and t.happened_at < $until
  and l.stage not in ('anonymous', 'contact')
  and t.identity = (
      select f.identity
      from people_identity o
      join capture_touch f on f.identity = o.id
      where o.person_id = i.person_id
      order by f.happened_at, f.identity
      limit 1
  )
  and (cast($before as text) is null
       or t.happened_at < $before
       or (t.happened_at = $before and l.person_id < $person))
order by t.happened_at desc, l.person_id desc
limit $limit
