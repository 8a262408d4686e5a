-- campaign_deals
-- Question: Which deals were won with the leads of a campaign?
-- Grain:    one row per deal
-- Reads:    pipeline_deal, handover_pursuit, people_company
-- Params:   $campaign          bigint, the campaign; null for deals of no known campaign
--           $since, $until     timestamptz, half-open [since, until), by the first known touch of the pursuit
--           $after             bigint, only deals of a smaller number; null from the beginning
--           $limit             bigint, at most so many
-- Columns:  deal bigint, title text, company_name text, owner bigint, first_touch_at timestamptz,
--           closed_at timestamptz, amount_minor bigint, currency text, value bigint
-- Counts:   As campaign_value: deals won so far of a cohort by first known touch.
select
    d.id as deal,
    d.title,
    coalesce(c.name, '') as company_name,
    d.owner_id as owner,
    p.first_touch_at,
    d.closed_at,
    d.amount_minor,
    d.currency,
    coalesce(d.amount_minor, 0) as value
from pipeline_deal d
join handover_pursuit p on p.id = d.pursuit
left join people_company c on c.id = d.company_id
where d.state = 'won'
  and p.first_touch_at >= $since
  and p.first_touch_at < $until
  and (p.first_touch_campaign = $campaign or (cast($campaign as text) is null and p.first_touch_campaign is null))
  and (cast($after as text) is null or d.id < $after)
order by d.id desc
limit $limit
