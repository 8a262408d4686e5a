-- funnel
-- Question: How many of those who were never handed over ever reached each stage?
-- Grain:    one row per stage reached and stage they stand at now
-- Reads:    worklist_leadline
-- Params:   $since, $until     timestamptz, half-open [since, until), as in the report
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  stage text, type text, channel text, campaign bigint, team bigint, persons bigint, is_now bigint, value bigint
-- Counts:   The rows of persons in the report funnel, counted by the stage they stand at without reading each.
with before_offer as (
    select 'anonymous' as stage, 1 as place
    union all select 'contact', 2
    union all select 'lead', 3
    union all select 'ready', 4
),
standing as (
    select
        b.stage,
        b.place,
        (
            select count(*)
            from worklist_leadline n
            where n.pursuit is null
              and n.stage = b.stage
              and n.began_at >= $since
              and n.began_at < $until
              and (cast($visible_owners as text) is null
                   or cast($visible_owners as text) like '%,' || cast(n.owner as text) || ',%')
        ) as persons
    from before_offer b
)
select
    r.stage,
    cast(null as text) as type,
    cast(null as text) as channel,
    cast(null as bigint) as campaign,
    cast(null as bigint) as team,
    s.persons as persons,
    case when r.stage = s.stage then s.persons else 0 end as is_now,
    s.persons as value
from standing s
join before_offer r on r.place <= s.place
where s.persons > 0
