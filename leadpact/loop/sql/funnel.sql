-- funnel
-- Question: How far did leads come?
-- Grain:    one row per lead and stage it ever reached; a lead is a pursuit, or a person who was never handed over
-- Reads:    handover_pursuit, handover_stagedate, worklist_leadline, scoring_standing, people_person
-- Params:   $since, $until     timestamptz, half-open [since, until), by when it became a lead; by when we first met
--                              a person who is none yet
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  stage text, pursuit bigint, person bigint, began_at timestamptz, reached_at timestamptz, is_now bigint,
--           value bigint
-- Counts:   A cohort: those that ever reached a stage, whenever that was; `is_now` marks those that stand there. A pursuit of a
--           company counts once, however many persons are in it, and has been a contact and a lead by being one. Stages
--           that only a former system knew stand under its own names.
with counted as (
    select
        p.id as pursuit,
        null as person,
        coalesce(l.happened_at, p.began_at) as began_at,
        p.stage as stage_now,
        p.owner_id as owner
    from handover_pursuit p
    left join handover_stagedate l on l.pursuit_id = p.id and l.stage = 'lead'
    union all
    select
        null,
        n.person_id,
        coalesce(s.lead_since, e.created_at),
        n.stage,
        n.owner
    from worklist_leadline n
    join people_person e on e.id = n.person_id
    left join scoring_standing s on s.person_id = n.person_id
    where n.pursuit is null
),
chosen as (
    select *
    from counted
    where began_at >= $since
      and began_at < $until
      and (cast($visible_owners as text) is null
           or cast($visible_owners as text) like '%,' || cast(owner as text) || ',%')
),
reached as (
    select d.stage, c.pursuit, c.person, c.began_at, d.happened_at as reached_at, c.stage_now
    from chosen c
    join handover_stagedate d on d.pursuit_id = c.pursuit
    union all
    select c.stage_now, c.pursuit, c.person, c.began_at, null, c.stage_now
    from chosen c
    union all
    select 'lead', c.pursuit, c.person, c.began_at, c.began_at, c.stage_now
    from chosen c
    where c.pursuit is not null or c.stage_now in ('lead', 'ready')
    union all
    select 'contact', c.pursuit, c.person, c.began_at, c.began_at, c.stage_now
    from chosen c
    where c.pursuit is not null or c.stage_now in ('contact', 'lead', 'ready')
    union all
    select 'anonymous', c.pursuit, c.person, c.began_at, c.began_at, c.stage_now
    from chosen c
)
select
    r.stage,
    r.pursuit,
    r.person,
    r.began_at,
    min(r.reached_at) as reached_at,
    case when r.stage = r.stage_now then 1 else 0 end as is_now,
    1 as value
from reached r
group by r.stage, r.pursuit, r.person, r.began_at, r.stage_now
order by r.began_at, r.pursuit, r.person, r.stage
