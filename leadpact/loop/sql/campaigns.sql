-- campaigns
-- Question: What did campaigns cost?
-- Grain:    one row per campaign and currency, campaigns without cost left out
-- Reads:    capture_campaigncost, capture_campaign
-- Params:   $since_day, $until_day  date, half-open [since_day, until_day), by the day of the cost
--           $visible_owners         text, null for everybody's; who sees only their own leads sees no cost
-- Columns:  campaign bigint, name text, channel text, costs bigint, currency text, value bigint
-- Counts:   What campaigns cost, by the day each cost is dated, one sum for each currency. Leads, ready and won of a
--           campaign are a cohort by first known touch and stand in a table of their own.
select
    c.id as campaign,
    c.name,
    c.channel,
    count(*) as costs,
    k.currency,
    cast(sum(k.amount_minor) as bigint) as value
from capture_campaigncost k
join capture_campaign c on c.id = k.campaign_id
where k."on" >= $since_day
  and k."on" < $until_day
  and cast($visible_owners as text) is null
group by c.id, c.name, c.channel, k.currency
order by c.name, c.id, k.currency
