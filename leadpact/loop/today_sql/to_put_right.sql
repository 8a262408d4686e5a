-- to_put_right
-- Question: What came in and could not be taken, and which keys have sent nothing?
-- Grain:    one row per reason, import or key
-- Reads:    engagement_quarantined, engagement_source, engagement_arrivalcount, ledger_entry
-- Params:   $since     timestamptz, imports before it are left out
-- Columns:  what text, name text, n bigint, happened_at timestamptz
-- Counts:   Events held back and not released, by reason, of the last 1,000 that were held back. Imports that refused
--           rows. Keys not revoked that never sent anything.
select 'held' as what, q.reason as name, count(*) as n, max(q.received_at) as happened_at
from (
    select reason, received_at, released_at
    from engagement_quarantined
    order by id desc
    limit 1000
) q
where q.released_at is null
group by q.reason
union all
select 'import', i.file, i.refused, i.happened_at
from (
    select
        e.id,
        cast(e.facts ->> 'file' as text) as file,
        cast(e.facts ->> 'refused' as bigint) as refused,
        e.happened_at
    from ledger_entry e
    where e.kind = 'import.finished'
      and e.happened_at >= $since
    order by e.happened_at desc
    limit 20
) i
where i.refused > 0
union all
select 'key', s.name, 0, s.created_at
from engagement_source s
where s.revoked_at is null
  and s.prefix <> ''
  and not exists (select 1 from engagement_arrivalcount a where a.source = s.id)
