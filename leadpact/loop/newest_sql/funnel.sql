-- funnel
-- Question: Since when came the newest of those who were never handed over?
-- Grain:    one row
-- Reads:    worklist_leadline
-- Params:   $since, $until     timestamptz, half-open [since, until), as in the report
--           $stage             text, only those who reached this stage; null for all
--           $limit             bigint, so many of them, or more where some came at one moment
-- Columns:  moment timestamptz
-- Counts:   A moment since which at least so many came, null where fewer did: rows before it need not be read.
select max(t.moment) as moment
from (
    select (
        select n.began_at
        from worklist_leadline n
        where n.pursuit is null
          and n.stage = b.stage
          and n.began_at >= $since
          and n.began_at < $until
        order by n.began_at desc
        limit 1 offset $limit
    ) as moment
    from (
        select 'anonymous' as stage, 1 as place
        union all select 'contact', 2
        union all select 'lead', 3
        union all select 'ready', 4
    ) b
    where b.place >= case cast($stage as text)
        when 'contact' then 2 when 'lead' then 3 when 'ready' then 4 else 1 end
) t
