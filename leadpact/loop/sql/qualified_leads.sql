-- qualified_leads
-- Question: How many qualified leads were there?
-- Grain:    one row per pursuit
-- Reads:    handover_stagedate, handover_pursuit
-- Params:   $since, $until     timestamptz, half-open [since, until), by the first offer of the pursuit
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  pursuit bigint, number bigint, company bigint, type text, stage text, owner bigint, team bigint, campaign bigint,
--           channel text, offered_at timestamptz, value bigint
-- Counts:   Pursuits offered to sales or a partner, each once, by the day of its first offer, whatever became of it.
--           A person who joined a running pursuit of their company is no further one. What a former system recorded
--           counts where it recorded the offer.
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
    s.happened_at as offered_at,
    1 as value
from handover_stagedate s
join handover_pursuit p on p.id = s.pursuit_id
where s.stage = 'offered'
  and s.happened_at >= $since
  and s.happened_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
order by s.happened_at, p.id
