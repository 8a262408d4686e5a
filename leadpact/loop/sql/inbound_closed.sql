-- inbound_closed
-- Question: How much business from inbound was closed?
-- Grain:    one row per deal
-- Reads:    pipeline_deal, handover_pursuit
-- Params:   $since, $until     timestamptz, half-open [since, until), by the day the deal was won
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  deal bigint, title text, company bigint, pursuit bigint, owner bigint, stage text, type text,
--           channel text, campaign bigint, team bigint, opened_at timestamptz,
--           closed_at timestamptz, amount_minor bigint, currency text, value bigint
-- Counts:   The amount of deals won, by close date, whose pursuit began by the person's own act: not by a partner, not
--           by sales. A deal that was reopened does not count until it is won again. What a former system recorded
--           counts, and as nothing where it recorded no amount.
select
    d.id as deal,
    d.title,
    d.company_id as company,
    d.pursuit,
    d.owner_id as owner,
    d.stage,
    p.type,
    p.first_touch_channel as channel,
    p.first_touch_campaign as campaign,
    p.team_id as team,
    d.opened_at,
    d.closed_at,
    d.amount_minor,
    d.currency,
    coalesce(d.amount_minor, 0) as value
from pipeline_deal d
left join handover_pursuit p on p.id = d.pursuit
where d.state = 'won'
  and d.inbound
  and d.closed_at >= $since
  and d.closed_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(d.owner_id as text) || ',%')
order by d.closed_at, d.id
