-- campaign_value
-- Question: How much did the leads of each campaign buy?
-- Grain:    one row per campaign and currency; campaign null where no campaign is known
-- Reads:    pipeline_deal, handover_pursuit
-- Params:   $since, $until     timestamptz, half-open [since, until), by the first known touch of the pursuit
-- Columns:  campaign bigint, currency text, deals bigint, value bigint
-- Counts:   A cohort: the amounts of deals won so far, whenever that was, of pursuits whose first known touch lies in
--           the period. The whole amount goes to that first touch; currencies are never added.
select
    p.first_touch_campaign as campaign,
    d.currency,
    count(*) as deals,
    cast(sum(coalesce(d.amount_minor, 0)) as bigint) as value
from pipeline_deal d
join handover_pursuit p on p.id = d.pursuit
where d.state = 'won'
  and p.first_touch_at >= $since
  and p.first_touch_at < $until
group by p.first_touch_campaign, d.currency
order by p.first_touch_campaign, d.currency
