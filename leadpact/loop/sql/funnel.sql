-- funnel
-- Question: How far did leads come?
-- Grain:    one row per lead and stage it ever reached; a lead is a pursuit, or a person who was never handed over
-- Reads:    handover_pursuit, handover_stagedate, worklist_leadline
-- Params:   $since, $until     timestamptz, half-open [since, until), by when it became a lead; by when we first met
--                              a person who is none yet
--           $visible_owners    text, owners as ",3,7,", null for everybody's
--           $of                text, "pursuits" without persons who were never handed over; null for all
-- Columns:  stage text, pursuit bigint, person bigint, type text, channel text, campaign bigint, team bigint,
--           began_at timestamptz, reached_at timestamptz, is_now bigint, value bigint
-- Counts:   A cohort: those that ever reached a stage, whenever that was, and how many of them stand there now. A pursuit of
--           a company counts once, however many persons are in it, and has been a contact and a lead by being one.
--           Stages that only a former system knew stand under its own names. Type, channel and campaign are known of pursuits
--           alone: whoever was never handed over has none.
with chosen as (
    select
        p.id as pursuit,
        p.stage as stage_now,
        p.type,
        p.first_touch_channel as channel,
        p.first_touch_campaign as campaign,
        p.team_id as team,
        coalesce(l.happened_at, p.began_at) as began_at
    from handover_pursuit p
    left join handover_stagedate l on l.pursuit_id = p.id and l.stage = 'lead'
    where coalesce(l.happened_at, p.began_at) >= $since
      and coalesce(l.happened_at, p.began_at) < $until
      and (cast($visible_owners as text) is null
           or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
),
before_offer as (
    select 'anonymous' as stage, 1 as place
    union all select 'contact', 2
    union all select 'lead', 3
    union all select 'ready', 4
),
reached as (
    select
        d.stage,
        case
            when d.stage in ('anonymous', 'contact', 'lead') and c.began_at < d.happened_at then c.began_at
            else d.happened_at
        end as reached_at,
        c.pursuit, c.stage_now, c.type, c.channel, c.campaign, c.team, c.began_at
    from chosen c
    join handover_stagedate d on d.pursuit_id = c.pursuit
    union all
    select c.stage_now, null, c.pursuit, c.stage_now, c.type, c.channel, c.campaign, c.team, c.began_at
    from chosen c
    where c.stage_now not in ('anonymous', 'contact', 'lead')
      and not exists (select 1 from handover_stagedate d where d.pursuit_id = c.pursuit and d.stage = c.stage_now)
    union all
    select b.stage, c.began_at, c.pursuit, c.stage_now, c.type, c.channel, c.campaign, c.team, c.began_at
    from chosen c
    join before_offer b on b.place <= 3
    where not exists (select 1 from handover_stagedate d where d.pursuit_id = c.pursuit and d.stage = b.stage)
)
select
    r.stage as stage,
    r.pursuit as pursuit,
    cast(null as bigint) as person,
    r.type,
    r.channel,
    r.campaign,
    r.team,
    r.began_at as began_at,
    r.reached_at,
    case when r.stage = r.stage_now then 1 else 0 end as is_now,
    1 as value
from reached r
union all
select
    b.stage,
    cast(null as bigint),
    n.person_id,
    cast(null as text),
    cast(null as text),
    cast(null as bigint),
    cast(null as bigint),
    n.began_at,
    case when b.place < 4 then n.began_at end,
    case when b.stage = n.stage then 1 else 0 end,
    1
from worklist_leadline n
join before_offer b
  on b.place <= case n.stage when 'ready' then 4 when 'lead' then 3 when 'contact' then 2 else 1 end
where cast($of as text) is null
  and n.pursuit is null
  and n.stage in ('anonymous', 'contact', 'lead', 'ready')
  and n.began_at >= $since
  and n.began_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(n.owner as text) || ',%')
order by began_at, pursuit, person, stage
