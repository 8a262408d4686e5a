-- stages_reached
-- Question: How many of those who were never handed over became leads?
-- Grain:    one row
-- Reads:    worklist_leadline
-- Params:   $since, $until     timestamptz, half-open [since, until), as in the report
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  stage text, type text, channel text, campaign bigint, team bigint, persons bigint, value bigint
-- Counts:   The rows of persons in the report stages_reached, counted without reading each.
select
    'lead' as stage,
    cast(null as text) as type,
    cast(null as text) as channel,
    cast(null as bigint) as campaign,
    cast(null as bigint) as team,
    count(*) as persons,
    count(*) as value
from worklist_leadline n
where n.pursuit is null
  and n.lead_since is not null
  and n.lead_since >= $since
  and n.lead_since < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(n.owner as text) || ',%')
having count(*) > 0
