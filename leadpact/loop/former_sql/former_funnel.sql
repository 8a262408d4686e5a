-- former_funnel
-- Question: How far did the leads come that a former system recorded?
-- Grain:    one row per stage of that system, and for all leads, for those never ready, and for those of them lost
-- Reads:    handover_pursuit, handover_stagedate
-- Params:   $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  stage text, leads bigint
-- Counts:   Leads that ever reached a stage, by the dates that were recorded; `ready` is what that system called
--           qualified, `customer` that a deal of theirs was won.
with taken_over as (
    select p.id, p.stage
    from handover_pursuit p
    where p.is_history
      and (cast($visible_owners as text) is null
           or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
),
never_ready as (
    select t.id, t.stage
    from taken_over t
    where not exists (select 1 from handover_stagedate s where s.pursuit_id = t.id and s.stage = 'ready')
)
select s.stage, count(*) as leads
from handover_stagedate s
join taken_over t on t.id = s.pursuit_id
where s.stage <> 'lead'
group by s.stage
union all
select 'leads', count(*) from taken_over
union all
select 'never ready', count(*) from never_ready
union all
select 'never ready, lost', count(*) from never_ready where stage = 'lost'
order by 2 desc, 1
