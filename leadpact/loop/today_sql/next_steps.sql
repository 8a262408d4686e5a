-- next_steps
-- Question: Which open deals need a next step, or have one that is due?
-- Grain:    one row per deal
-- Reads:    pipeline_deal, people_company, team_user
-- Params:   $until_day         date, steps of this day and later are left out
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  deal bigint, title text, company text, stage text, amount_minor bigint, currency text, next_step text,
--           next_step_on date, opened_at timestamptz, owner bigint, owner_name text, total bigint
-- Counts:   Open deals whose next step lies before the day, and those without one; overdue ones first. `total` is how
--           many there are in all, counted up to 100.
select x.*, count(*) over () as total
from (
    select
        d.id as deal,
        d.title,
        c.name as company,
        d.stage,
        d.amount_minor,
        d.currency,
        d.next_step,
        d.next_step_on,
        d.opened_at,
        d.owner_id as owner,
        u.name as owner_name
    from pipeline_deal d
    left join people_company c on c.id = d.company_id
    left join team_user u on u.id = d.owner_id
    where d.state = 'open'
      and (d.next_step_on < $until_day or d.next_step_on is null)
      and (cast($visible_owners as text) is null
           or cast($visible_owners as text) like '%,' || cast(d.owner_id as text) || ',%')
    order by case when d.next_step_on is null then 1 else 0 end, d.next_step_on, d.id
    limit 100
) x
order by case when x.next_step_on is null then 1 else 0 end, x.next_step_on, x.deal
limit 5
