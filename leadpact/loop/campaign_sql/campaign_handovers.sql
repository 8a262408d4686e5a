-- campaign_handovers
-- Question: Which hand-overs did a campaign bring, and how far did they come?
-- Grain:    one row per pursuit
-- Reads:    handover_pursuit, handover_pursuitperson, handover_stagedate, people_person, people_company
-- Params:   $campaign          bigint, the campaign; null for hand-overs of no known campaign
--           $since, $until     timestamptz, half-open [since, until), by the first known touch of the pursuit
--           $reached           text, only those that ever reached this stage; null for all
--           $old               timestamptz, only those that first came before it; null for all
--           $after             bigint, only pursuits of a smaller number; null from the beginning
--           $limit             bigint, at most so many
-- Columns:  pursuit bigint, person bigint, name text, email text, company_name text, stage text, owner bigint,
--           first_touch_at timestamptz, reached_at timestamptz, value bigint
-- Counts:   As campaign_pursuits: a cohort by first known touch.
select
    p.id as pursuit,
    h.id as person,
    h.name,
    h.email,
    coalesce(c.name, '') as company_name,
    p.stage,
    p.owner_id as owner,
    p.first_touch_at,
    s.happened_at as reached_at,
    1 as value
from handover_pursuit p
left join handover_stagedate s on s.pursuit_id = p.id and s.stage = $reached
left join people_company c on c.id = p.company_id
left join people_person h on h.id = (
    select m.person_id from handover_pursuitperson m where m.pursuit_id = p.id order by m.id limit 1
)
where p.first_touch_at >= $since
  and p.first_touch_at < $until
  and (p.first_touch_campaign = $campaign or (cast($campaign as text) is null and p.first_touch_campaign is null))
  and (cast($reached as text) is null or s.happened_at is not null)
  and (cast($old as text) is null or p.first_touch_at < $old)
  and (cast($after as text) is null or p.id < $after)
order by p.id desc
limit $limit
