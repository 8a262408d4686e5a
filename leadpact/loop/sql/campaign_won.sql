-- campaign_won
-- Question: How much did the leads that each campaign brought buy?
-- Grain:    one row per deal
-- Reads:    pipeline_deal, handover_pursuit, capture_campaign
-- Params:   $since, $until     timestamptz, half-open [since, until), by the first known touch of the pursuit
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  deal bigint, title text, pursuit bigint, owner bigint, team bigint, type text, campaign bigint, name text, channel text,
--           first_touch_at timestamptz, closed_at timestamptz, amount_minor bigint, currency text, value bigint
-- Counts:   A cohort: the amounts of deals won so far, whenever that was, of pursuits whose first known touch lies in
--           the period. The whole amount goes to that first touch.
select
    d.id as deal,
    d.title,
    p.id as pursuit,
    d.owner_id as owner,
    p.team_id as team,
    p.type,
    p.first_touch_campaign as campaign,
    c.name,
    p.first_touch_channel as channel,
    p.first_touch_at,
    d.closed_at,
    d.amount_minor,
    d.currency,
    coalesce(d.amount_minor, 0) as value
from pipeline_deal d
join handover_pursuit p on p.id = d.pursuit
left join capture_campaign c on c.id = p.first_touch_campaign
where d.state = 'won'
  and p.first_touch_at >= $since
  and p.first_touch_at < $until
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(d.owner_id as text) || ',%')
order by p.first_touch_at, d.id
