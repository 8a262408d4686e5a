-- became
-- Question: What became of the leads that were handed over, lately?
-- Grain:    one row per pursuit, as it stands since its last change
-- Reads:    handover_stagedate, handover_pursuit, handover_offer, handover_pursuitperson, people_person,
--           people_company, capture_campaign, pipeline_deal, promises_promise, team_user, team_team
-- Params:   $since             timestamptz, changes before it are left out
--           $visible_owners    text, owners as ",3,7,", null for everybody's
-- Columns:  pursuit bigint, stage text, happened_at timestamptz, person bigint, name text, email text,
--           company text, campaign text, type text, owner bigint, owner_name text, owner_team bigint, owner_side text,
--           reason text, note text, recycle_until date, is_rejected bigint, offered_at timestamptz,
--           due_at timestamptz, deal bigint, deal_stage text, amount_minor bigint, currency text
-- Counts:   Of the last 400 stages that any pursuit reached for the first time, as they were written down, the newest
--           of each pursuit. A lead pulled early counts as accepted.
select
    c.pursuit_id as pursuit,
    c.stage,
    c.happened_at,
    m.person_id as person,
    h.name,
    h.email,
    y.name as company,
    g.name as campaign,
    p.type,
    p.owner_id as owner,
    u.name as owner_name,
    u.team_id as owner_team,
    t.side as owner_side,
    p.reason,
    p.note,
    p.recycle_until,
    case when exists (
        select 1 from handover_offer o where o.pursuit_id = p.id and o.answer = 'rejected' and o.answered_at = c.happened_at
    ) then 1 else 0 end as is_rejected,
    s.happened_at as offered_at,
    a.due_at,
    d.id as deal,
    d.stage as deal_stage,
    d.amount_minor,
    d.currency
from (
    select z.pursuit_id, z.stage, z.happened_at, row_number() over (
        partition by z.pursuit_id order by z.happened_at desc, z.id desc
    ) as place
    from (
        select id, pursuit_id, stage, happened_at
        from handover_stagedate
        order by id desc
        limit 400
    ) z
    where z.happened_at >= $since
      and z.stage in ('offered', 'working', 'deal', 'customer', 'lost', 'recycled', 'disqualified', 'cooled')
) c
join handover_pursuit p on p.id = c.pursuit_id
left join handover_stagedate s on s.pursuit_id = p.id and s.stage = 'offered'
left join handover_pursuitperson m on m.id = (select min(f.id) from handover_pursuitperson f where f.pursuit_id = p.id)
left join people_person h on h.id = m.person_id
left join people_company y on y.id = p.company_id
left join capture_campaign g on g.id = p.first_touch_campaign
left join pipeline_deal d on d.id = (select max(e.id) from pipeline_deal e where e.pursuit = p.id)
left join handover_offer w on w.pursuit_id = p.id and w.answer = ''
left join promises_promise a on a.key = 'answer:offer:' || cast(w.id as text) and a.closed_at is null
left join team_user u on u.id = p.owner_id
left join team_team t on t.id = u.team_id
where c.place = 1
  and (cast($visible_owners as text) is null
       or cast($visible_owners as text) like '%,' || cast(p.owner_id as text) || ',%')
order by c.happened_at desc, c.pursuit_id desc
limit 12
