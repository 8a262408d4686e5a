-- decided
-- Question: What became of the leads handed over last whose end is known, and what did the won ones buy first?
-- Grain:    one row per hand-over
-- Reads:    handover_pursuit, handover_pursuitperson, pipeline_deal
-- Params:   $currency    text, sales in other currencies are left out of the average
--           $most        bigint, so many hand-overs, the newest
-- Columns:  pursuit bigint, number bigint, type text, stage text, person bigint, ended_at timestamptz, won bigint,
--           has_sale bigint, first_sale bigint
-- Counts:   Hand-overs that are won, lost, given back, disqualified or cooled; those still offered, worked or with an
--           open deal are left out: nobody knows yet. `first_sale` is the amount of the first deal won, in minor units.
select
    h.id as pursuit,
    h.number,
    h.type,
    h.stage,
    (select min(m.person_id) from handover_pursuitperson m where m.pursuit_id = h.id) as person,
    h.ended_at,
    case when h.stage = 'customer' then 1 else 0 end as won,
    case when d.amount_minor is not null then 1 else 0 end as has_sale,
    d.amount_minor as first_sale
from (
    select p.id, p.number, p.type, p.stage, p.ended_at
    from handover_pursuit p
    where p.stage in ('customer', 'lost', 'recycled', 'disqualified', 'cooled')
    order by p.id desc
    limit $most
) h
left join pipeline_deal d on d.id = (
    select w.id
    from pipeline_deal w
    where w.pursuit = h.id and h.stage = 'customer' and w.state = 'won' and w.currency = $currency
      and w.amount_minor is not null
    order by w.closed_at, w.id
    limit 1
)
