-- inbound_pipeline
-- Question: How much is open from inbound at the end of the period?
-- Grain:    one row per deal
-- Reads:    pipeline_dealstage, pipeline_deal, handover_pursuit
-- Params:   $until             timestamptz, the moment just after the period
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  deal bigint, title text, company bigint, pursuit bigint, owner bigint, stage text, type text,
--           channel text, campaign bigint, team bigint, opened_at timestamptz,
--           amount_minor bigint, currency text, value bigint
-- Counts:   The amount, as it stood at the period's end, of deals that were open then and whose pursuit began by the
--           person's own act: not by a partner, not by sales. A deal whose amount is not known yet counts as nothing.
with stood as (
    select
        h.deal_id,
        h.stage,
        h.state,
        h.amount_minor,
        h.currency,
        row_number() over (partition by h.deal_id order by h.happened_at desc, h.id desc) as newest
    from pipeline_dealstage h
    where h.happened_at < $until
)
select
    d.id as deal,
    d.title,
    d.company_id as company,
    d.pursuit,
    d.owner_id as owner,
    s.stage,
    p.type,
    p.first_touch_channel as channel,
    p.first_touch_campaign as campaign,
    p.team_id as team,
    d.opened_at,
    s.amount_minor,
    s.currency,
    coalesce(s.amount_minor, 0) as value
from stood s
join pipeline_deal d on d.id = s.deal_id
left join handover_pursuit p on p.id = d.pursuit
where s.newest = 1
  and s.state = 'open'
  and d.inbound
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(d.owner_id as text) || ',%')
order by d.opened_at, d.id
