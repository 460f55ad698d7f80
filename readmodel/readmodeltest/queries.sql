-- leaderboard
SELECT freelancer_id, job_success_displayed, response_level, paid
FROM freelancer_stats
WHERE job_success_bp >= 9000
ORDER BY paid DESC, freelancer_id
LIMIT 20

-- available
SELECT freelancer_id, job_success_displayed, paid_12m, top_rated_plus_missing
FROM freelancer_stats
WHERE top_rated AND available AND public
ORDER BY job_success_bp DESC NULLS LAST, freelancer_id
LIMIT 20

-- weekly
SELECT week, gross_volume, contracts_started, hires_invite_bp, contracts_ended, dispute_ppm, response_rate_bp
FROM marketplace_weeks
ORDER BY starts_at

-- paid
SELECT c.freelancer_id, CAST(sum(CASE WHEN p.kind = 'refund' THEN -p.amount ELSE p.amount END) AS bigint) AS paid
FROM payments p JOIN contracts c ON c.id = p.contract_id
WHERE p.occurred_at <= $1
GROUP BY c.freelancer_id

-- disputes
SELECT freelancer_id, ended, disputed, (2000000 * disputed + ended) / (2 * ended) AS dispute_ppm
FROM (
  SELECT c.freelancer_id, count(*) AS ended, count(CASE WHEN EXISTS (
      SELECT 1 FROM disputes d
      WHERE d.contract_id = c.id AND d.opened_at <= $1 AND (d.cancelled_at IS NULL OR d.cancelled_at > $1)
    ) THEN 1 END) AS disputed
  FROM contracts c
  WHERE c.ended_at <= $1
  GROUP BY c.freelancer_id
) counted

-- hires
SELECT via, count(*) AS hires
FROM contracts
WHERE started_at <= $1
GROUP BY via
