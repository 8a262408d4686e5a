-- stages_reached
-- Question: How many reached each stage in the period?
-- Grain:    one row per lead and stage it first reached in the period; a lead is a pursuit, or a person who was never
--           handed over
-- Reads:    handover_stagedate, handover_pursuit, worklist_leadline
-- Params:   $since, $until     timestamptz, half-open [since, until), by the moment the stage was first reached
--           $visible_owners    text, owners as ",3,7,", null for everybody's
--           $of                text, "pursuits" without persons who were never handed over; null for all
-- Columns:  stage text, pursuit bigint, person bigint, type text, channel text, campaign bigint, team bigint,
--           reached_at timestamptz, value bigint
-- Counts:   Of the period, not a cohort: who reached a stage in it for the first time, whenever they began; those of one
--           row are not those of the row above. A hand-over whose becoming a lead was not recorded counts as one when it
--           began. Stages before that have no day of their own and are left out.
select
    d.stage as stage,
    p.id as pursuit,
    cast(null as bigint) as person,
    p.type,
    p.first_touch_channel as channel,
    p.first_touch_campaign as campaign,
    p.team_id as team,
    d.happened_at as reached_at,
    1 as value
from handover_stagedate d
join handover_pursuit p on p.id = d.pursuit_id
where d.happened_at >= $since
  and d.happened_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
union all
select
    'lead',
    p.id,
    cast(null as bigint),
    p.type,
    p.first_touch_channel,
    p.first_touch_campaign,
    p.team_id,
    p.began_at,
    1
from handover_pursuit p
where p.began_at >= $since
  and p.began_at < $until
  and not exists (select 1 from handover_stagedate l where l.pursuit_id = p.id and l.stage = 'lead')
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
union all
select
    'lead',
    cast(null as bigint),
    n.person_id,
    cast(null as text),
    cast(null as text),
    cast(null as bigint),
    cast(null as bigint),
    n.lead_since,
    1
from worklist_leadline n
where cast($of as text) is null
  and n.pursuit is null
  and n.lead_since is not null
  and n.lead_since >= $since
  and n.lead_since < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(n.owner as text) || ',%')
order by reached_at, pursuit, person, stage
