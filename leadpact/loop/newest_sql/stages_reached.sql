-- stages_reached
-- Question: Since when became the newest of those who were never handed over leads?
-- Grain:    one row
-- Reads:    worklist_leadline
-- Params:   $since, $until     timestamptz, half-open [since, until), as in the report
--           $limit             bigint, so many of them, or more where some became leads at one moment
-- Columns:  moment timestamptz
-- Counts:   A moment since which at least so many became leads, null where fewer did: rows before it need not be read.
select (
    select n.lead_since
    from worklist_leadline n
    where n.pursuit is null
      and n.lead_since is not null
      and n.lead_since >= $since
      and n.lead_since < $until
    order by n.lead_since desc
    limit 1 offset $limit
) as moment
