-- lead_conversion
-- Question: How many of the leads handed over led to a deal?
-- Grain:    one row per pursuit
-- Reads:    handover_stagedate, handover_pursuit
-- Params:   $since, $until     timestamptz, half-open [since, until), by the first offer of the pursuit
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  pursuit bigint, number bigint, company bigint, type text, stage text, owner bigint, team bigint,
--           campaign bigint, channel text, offered_at timestamptz, deal_at timestamptz, value bigint
-- Counts:   Hand-overs with a deal divided by hand-overs. A cohort: of the pursuits first offered in the period, those
--           that led to a deal so far, whenever that was.
select
    p.id as pursuit,
    p.number,
    p.company_id as company,
    p.type,
    p.stage,
    p.owner_id as owner,
    p.team_id as team,
    p.first_touch_campaign as campaign,
    p.first_touch_channel as channel,
    o.happened_at as offered_at,
    d.happened_at as deal_at,
    case when d.id is null then 0 else 1 end as value
from handover_stagedate o
join handover_pursuit p on p.id = o.pursuit_id
left join handover_stagedate d on d.pursuit_id = p.id and d.stage = 'deal'
where o.stage = 'offered'
  and o.happened_at >= $since
  and o.happened_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
order by o.happened_at, p.id
