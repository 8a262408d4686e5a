-- former_channels
-- Question: How many leads did each channel bring in a former system, what did they cost, and what did they buy?
-- Grain:    one row per channel and currency
-- Reads:    handover_pursuit, pipeline_deal, capture_campaign, capture_campaigncost
-- Params:   $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  channel text, currency text, leads bigint, value_minor bigint, cost_minor bigint
-- Counts:   Leads by the channel of their first touch, the amounts of won deals of these leads, and what the campaigns
--           of the channel cost, whenever that was. A currency in which there is only cost or only value has a row too;
--           the leads stand in each row of their channel, and a channel with neither has a row without currency.
--           Costs belong to no owner: who sees some owners only is told no cost.
with taken_over as (
    select p.id, p.first_touch_channel as channel
    from handover_pursuit p
    where p.is_history
      and (cast($visible_owners as text) is null
           or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
),
sums as (
    select t.channel, d.currency, sum(d.amount_minor) as value_minor, 0 as cost_minor
    from taken_over t
    join pipeline_deal d on d.pursuit = t.id
    where d.state = 'won' and d.amount_minor is not null
    group by t.channel, d.currency
    union all
    select c.channel, k.currency, 0, sum(k.amount_minor)
    from capture_campaigncost k
    join capture_campaign c on c.id = k.campaign_id
    where cast($visible_owners as text) is null
      and c.channel in (select t.channel from taken_over t)
    group by c.channel, k.currency
),
counted as (
    select t.channel, count(*) as leads from taken_over t group by t.channel
)
select
    n.channel,
    s.currency,
    n.leads,
    cast(coalesce(sum(s.value_minor), 0) as bigint) as value_minor,
    cast(coalesce(sum(s.cost_minor), 0) as bigint) as cost_minor
from counted n
left join sums s on s.channel = n.channel
group by n.channel, s.currency, n.leads
order by n.leads desc, n.channel, s.currency
