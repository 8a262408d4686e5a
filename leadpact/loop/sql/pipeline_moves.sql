-- pipeline_moves
-- Question: What moved the pipeline from inbound?
-- Grain:    one row per change of a deal's open amount; two where its currency changed
-- Reads:    pipeline_dealstage, pipeline_deal, handover_pursuit
-- Params:   $since, $until     timestamptz, half-open [since, until), by the moment of the change
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  change bigint, deal bigint, title text, company bigint, pursuit bigint, owner bigint, type text,
--           channel text, campaign bigint, team bigint, what text, happened_at timestamptz, currency text, value bigint
-- Counts:   What was open when the period began, and all these changes, are what is open at its end. Opened, reopened and
--           a higher amount add; won, lost and a lower amount take away. A change that leaves the open amount as it was,
--           such as another stage, is left out unless the deal was opened, reopened, won or lost by it.
with history as (
    select
        h.id,
        h.deal_id,
        h.state,
        h.happened_at,
        h.currency,
        case when h.state = 'open' then coalesce(h.amount_minor, 0) else 0 end as open_minor,
        lag(h.state) over (partition by h.deal_id order by h.happened_at, h.id) as state_before,
        lag(h.currency) over (partition by h.deal_id order by h.happened_at, h.id) as currency_before,
        lag(case when h.state = 'open' then coalesce(h.amount_minor, 0) else 0 end)
            over (partition by h.deal_id order by h.happened_at, h.id) as open_before
    from pipeline_dealstage h
    where h.happened_at < $until
      and h.deal_id in (
          select m.deal_id from pipeline_dealstage m where m.happened_at >= $since and m.happened_at < $until
      )
),
legs as (
    select h.id, h.deal_id, h.happened_at, h.state, h.state_before, h.currency, h.open_minor as moved
    from history h
    where h.happened_at >= $since
    union all
    select h.id, h.deal_id, h.happened_at, h.state, h.state_before, h.currency_before, -h.open_before
    from history h
    where h.happened_at >= $since and h.state_before is not null
),
moves as (
    select
        l.id,
        l.deal_id,
        l.happened_at,
        l.currency,
        case
            when l.state_before is null and l.state = 'open' then 'opened'
            when l.state_before is null then 'recorded'
            when l.state = 'open' and l.state_before <> 'open' then 'reopened'
            when l.state <> 'open' and l.state_before = 'open' then l.state
            else 'amount changed'
        end as what,
        cast(sum(l.moved) as bigint) as moved
    from legs l
    group by l.id, l.deal_id, l.happened_at, l.currency, l.state, l.state_before
)
select
    m.id as change,
    d.id as deal,
    d.title,
    d.company_id as company,
    d.pursuit,
    d.owner_id as owner,
    p.type,
    p.first_touch_channel as channel,
    p.first_touch_campaign as campaign,
    p.team_id as team,
    m.what,
    m.happened_at,
    m.currency,
    m.moved as value
from moves m
join pipeline_deal d on d.id = m.deal_id
left join handover_pursuit p on p.id = d.pursuit
where d.inbound
  and m.what <> 'recorded'
  and (m.moved <> 0 or m.what <> 'amount changed')
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(d.owner_id as text) || ',%')
order by m.happened_at, m.id, m.currency
