CREATE TABLE model_migrations (
  number INTEGER NOT NULL,
  applied_at INTEGER NOT NULL,
  PRIMARY KEY (number)
) STRICT;
CREATE TABLE model_versions (
  version INTEGER NOT NULL,
  schema INTEGER NOT NULL,
  partitions INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (version)
) STRICT;
CREATE TABLE model_passes (
  version INTEGER NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  through_position INTEGER NOT NULL,
  done INTEGER NOT NULL,
  PRIMARY KEY (version, part, parts)
) STRICT;
INSERT INTO model_migrations (number, applied_at) VALUES ($1, $2);
CREATE TABLE m1_freelancers (
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  registered_position INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_freelancer_marks (
  freelancer_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  word TEXT NOT NULL,
  number INTEGER,
  blocks TEXT,
  PRIMARY KEY (freelancer_id, position)
) STRICT;
CREATE TABLE m1_freelancer_connects (
  freelancer_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  lot INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  expires_at INTEGER,
  reason TEXT,
  month TEXT,
  proposal_id TEXT,
  job_id TEXT,
  PRIMARY KEY (freelancer_id, position)
) STRICT;
CREATE TABLE m1_freelancer_descriptions (
  freelancer_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  title TEXT,
  introduction TEXT,
  skills TEXT,
  category TEXT,
  hourly_rate INTEGER,
  portfolio TEXT,
  PRIMARY KEY (freelancer_id, position)
) STRICT;
CREATE TABLE m1_freelancer_tests (
  freelancer_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  test TEXT NOT NULL,
  score INTEGER NOT NULL,
  PRIMARY KEY (freelancer_id, position)
) STRICT;
CREATE TABLE m1_clients (
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  registered_position INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_client_marks (
  client_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  freelancer_id TEXT,
  PRIMARY KEY (client_id, position)
) STRICT;
CREATE TABLE m1_jobs (
  id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  kind TEXT NOT NULL,
  posted_at INTEGER NOT NULL,
  posted_position INTEGER NOT NULL,
  closed_at INTEGER,
  closed_position INTEGER,
  close_reason TEXT,
  removed_at INTEGER,
  removed_position INTEGER,
  remove_reason TEXT,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_job_versions (
  job_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  connects INTEGER,
  category TEXT,
  title TEXT,
  description TEXT,
  skills TEXT,
  budget INTEGER,
  rate_min INTEGER,
  rate_max INTEGER,
  duration TEXT,
  questions TEXT,
  emptied TEXT,
  PRIMARY KEY (job_id, position)
) STRICT;
CREATE TABLE m1_job_reports (
  job_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  freelancer_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (job_id, position)
) STRICT;
CREATE TABLE m1_job_questions (
  job_id TEXT NOT NULL,
  id TEXT NOT NULL,
  freelancer_id TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  asked_position INTEGER NOT NULL,
  text TEXT NOT NULL,
  answered_at INTEGER,
  answered_position INTEGER,
  answer TEXT,
  PRIMARY KEY (job_id, id)
) STRICT;
CREATE TABLE m1_invites (
  id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  freelancer_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  available INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  sent_position INTEGER NOT NULL,
  contact_at INTEGER,
  contact_position INTEGER,
  closed_at INTEGER,
  closed_position INTEGER,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_proposals (
  id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  freelancer_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  via TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  submitted_position INTEGER NOT NULL,
  contact_at INTEGER,
  contact_position INTEGER,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_proposal_steps (
  proposal_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  format TEXT,
  channel TEXT,
  PRIMARY KEY (proposal_id, position)
) STRICT;
CREATE TABLE m1_interviews (
  id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  format TEXT NOT NULL,
  channel TEXT NOT NULL,
  proposals TEXT NOT NULL,
  scheduled_at INTEGER NOT NULL,
  scheduled_position INTEGER NOT NULL,
  held_at INTEGER,
  held_position INTEGER,
  cancelled_at INTEGER,
  cancelled_position INTEGER,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_interview_times (
  interview_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  meets_at INTEGER NOT NULL,
  PRIMARY KEY (interview_id, position)
) STRICT;
CREATE TABLE m1_contracts (
  id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  freelancer_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  via TEXT NOT NULL,
  kind TEXT NOT NULL,
  category TEXT,
  started_at INTEGER NOT NULL,
  started_position INTEGER NOT NULL,
  ended_at INTEGER,
  ended_position INTEGER,
  feedback_at INTEGER,
  feedback_position INTEGER,
  feedback_overall INTEGER,
  feedback_recommend INTEGER,
  feedback_revised_at INTEGER,
  feedback_revised_position INTEGER,
  feedback_revised_overall INTEGER,
  feedback_comment TEXT,
  feedback_revised_comment TEXT,
  response_at INTEGER,
  response_position INTEGER,
  response TEXT,
  excluded_at INTEGER,
  excluded_position INTEGER,
  excluded_basis TEXT,
  returned_at INTEGER,
  returned_position INTEGER,
  returned_overall INTEGER,
  returned_recommend INTEGER,
  returned_revised_at INTEGER,
  returned_revised_position INTEGER,
  returned_revised_overall INTEGER,
  published_at INTEGER,
  published_position INTEGER,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_payments (
  contract_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  amount INTEGER NOT NULL,
  minutes INTEGER,
  PRIMARY KEY (contract_id, position)
) STRICT;
CREATE TABLE m1_submissions (
  contract_id TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  submitted_position INTEGER NOT NULL,
  milestone_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  answered_at INTEGER,
  answered_position INTEGER,
  PRIMARY KEY (contract_id, submitted_position)
) STRICT;
CREATE TABLE m1_disputes (
  contract_id TEXT NOT NULL,
  id TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_position INTEGER NOT NULL,
  accepted_at INTEGER,
  accepted_position INTEGER,
  lapsed_at INTEGER,
  lapsed_position INTEGER,
  cancelled_at INTEGER,
  cancelled_position INTEGER,
  resolved_at INTEGER,
  resolved_position INTEGER,
  to_freelancer INTEGER,
  to_client INTEGER,
  PRIMARY KEY (contract_id, id)
) STRICT;
CREATE TABLE m1_work_weeks (
  contract_id TEXT NOT NULL,
  week TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  invoiced_at INTEGER NOT NULL,
  invoiced_position INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE m1_freelancer_stats (
  freelancer_id TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  valid_until INTEGER,
  policy TEXT NOT NULL,
  invites_counted INTEGER NOT NULL,
  invites_answered INTEGER NOT NULL,
  invites_answered_24h INTEGER NOT NULL,
  invites_answered_72h INTEGER NOT NULL,
  response_rate_bp INTEGER,
  median_response_s INTEGER,
  response_level TEXT,
  job_success_bp INTEGER,
  job_success_displayed INTEGER,
  job_success_window_months INTEGER,
  job_success_outcomes INTEGER,
  job_success_clients INTEGER,
  job_success_weight INTEGER,
  job_success_successful INTEGER,
  job_success_neutral INTEGER,
  job_success_negative INTEGER,
  contracts_ended INTEGER NOT NULL,
  contracts_disputed INTEGER NOT NULL,
  dispute_ppm INTEGER,
  contracts_ended_12m INTEGER NOT NULL,
  contracts_disputed_12m INTEGER NOT NULL,
  dispute_ppm_12m INTEGER,
  paid INTEGER NOT NULL,
  paid_12m INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  minutes_12m INTEGER NOT NULL,
  minutes_billed INTEGER NOT NULL,
  minutes_billed_12m INTEGER NOT NULL,
  clients INTEGER NOT NULL,
  clients_last_year INTEGER NOT NULL,
  long_term_clients INTEGER NOT NULL,
  long_term_bp INTEGER,
  funnel_proposals INTEGER NOT NULL,
  funnel_interviews INTEGER NOT NULL,
  funnel_offers INTEGER NOT NULL,
  funnel_hires INTEGER NOT NULL,
  funnel_proposals_per_hire INTEGER,
  public INTEGER NOT NULL,
  available INTEGER NOT NULL,
  profile_percent INTEGER NOT NULL,
  identity_verified INTEGER NOT NULL,
  phone_verified INTEGER NOT NULL,
  rising_talent INTEGER NOT NULL,
  top_rated INTEGER NOT NULL,
  top_rated_met INTEGER NOT NULL,
  top_rated_missing TEXT,
  top_rated_plus INTEGER NOT NULL,
  top_rated_plus_met INTEGER NOT NULL,
  top_rated_plus_missing TEXT,
  connects_balance INTEGER NOT NULL,
  PRIMARY KEY (freelancer_id)
) STRICT;
CREATE TABLE m1_client_stats (
  client_id TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  valid_until INTEGER,
  policy TEXT NOT NULL,
  contracts_ended INTEGER NOT NULL,
  contracts_disputed INTEGER NOT NULL,
  dispute_ppm INTEGER,
  contracts_ended_12m INTEGER NOT NULL,
  contracts_disputed_12m INTEGER NOT NULL,
  dispute_ppm_12m INTEGER,
  spent INTEGER NOT NULL,
  standing TEXT NOT NULL,
  contacted_until INTEGER,
  signals INTEGER NOT NULL,
  next_step TEXT NOT NULL,
  due_since INTEGER,
  registered_at INTEGER NOT NULL,
  running_contracts INTEGER NOT NULL,
  jobs_posted INTEGER NOT NULL,
  jobs_with_hire INTEGER NOT NULL,
  hire_rate_bp INTEGER,
  feedbacks INTEGER NOT NULL,
  stars INTEGER,
  release_median_s INTEGER,
  auto_released_bp INTEGER,
  payment_verified INTEGER NOT NULL,
  PRIMARY KEY (client_id)
) STRICT;
CREATE TABLE m1_marketplace_stats (
  as_of INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  policy TEXT NOT NULL,
  position INTEGER NOT NULL,
  weeks_left_out INTEGER NOT NULL,
  contracts_ended INTEGER NOT NULL,
  contracts_disputed INTEGER NOT NULL,
  dispute_ppm INTEGER,
  contracts_ended_12m INTEGER NOT NULL,
  contracts_disputed_12m INTEGER NOT NULL,
  dispute_ppm_12m INTEGER,
  paid INTEGER NOT NULL,
  gross_volume INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  contracts_started INTEGER NOT NULL,
  hires_invite INTEGER NOT NULL,
  hires_proposal INTEGER NOT NULL,
  hires_direct INTEGER NOT NULL,
  hires_invite_bp INTEGER,
  hires_proposal_bp INTEGER,
  hires_direct_bp INTEGER,
  invites_sent INTEGER NOT NULL,
  invites_counted INTEGER NOT NULL,
  invites_answered INTEGER NOT NULL,
  response_rate_bp INTEGER,
  minutes_billed INTEGER NOT NULL,
  jobs_posted INTEGER NOT NULL,
  proposals INTEGER NOT NULL,
  candidates INTEGER NOT NULL,
  candidates_per_job INTEGER,
  interviews INTEGER NOT NULL,
  connects_spent INTEGER NOT NULL,
  connects_returned INTEGER NOT NULL,
  hires_top_score INTEGER NOT NULL,
  hires_top_score_bp INTEGER,
  hires_top_rated_plus INTEGER NOT NULL,
  hires_top_rated INTEGER NOT NULL,
  hires_rising_talent INTEGER NOT NULL,
  hires_without_badge INTEGER NOT NULL,
  proposals_top_rated_plus INTEGER NOT NULL,
  proposals_top_rated INTEGER NOT NULL,
  proposals_rising_talent INTEGER NOT NULL,
  proposals_without_badge INTEGER NOT NULL,
  interviews_top_rated_plus INTEGER NOT NULL,
  interviews_top_rated INTEGER NOT NULL,
  interviews_rising_talent INTEGER NOT NULL,
  interviews_without_badge INTEGER NOT NULL,
  proposal_hires_top_rated_plus INTEGER NOT NULL,
  proposal_hires_top_rated INTEGER NOT NULL,
  proposal_hires_rising_talent INTEGER NOT NULL,
  proposal_hires_without_badge INTEGER NOT NULL,
  meetings_one_on_one_scheduled INTEGER NOT NULL,
  meetings_one_on_one_held INTEGER NOT NULL,
  meetings_one_on_one_cancelled INTEGER NOT NULL,
  meetings_panel_scheduled INTEGER NOT NULL,
  meetings_panel_held INTEGER NOT NULL,
  meetings_panel_cancelled INTEGER NOT NULL,
  meetings_telephone_scheduled INTEGER NOT NULL,
  meetings_telephone_held INTEGER NOT NULL,
  meetings_telephone_cancelled INTEGER NOT NULL,
  meetings_group_scheduled INTEGER NOT NULL,
  meetings_group_held INTEGER NOT NULL,
  meetings_group_cancelled INTEGER NOT NULL,
  meetings_by_chat INTEGER NOT NULL,
  meetings_by_audio INTEGER NOT NULL,
  meetings_by_video INTEGER NOT NULL,
  meetings_by_in_person INTEGER NOT NULL,
  funnel_proposals INTEGER NOT NULL,
  funnel_interviews INTEGER NOT NULL,
  funnel_offers INTEGER NOT NULL,
  funnel_hires INTEGER NOT NULL,
  funnel_proposals_per_hire INTEGER,
  clients_contacted INTEGER NOT NULL,
  improved_bp INTEGER,
  first_contract_rising_talent INTEGER NOT NULL,
  first_contract_rising_talent_won INTEGER NOT NULL,
  first_contract_rising_talent_won_bp INTEGER,
  first_contract_rising_talent_paid INTEGER NOT NULL,
  first_contract_others INTEGER NOT NULL,
  first_contract_others_won INTEGER NOT NULL,
  first_contract_others_won_bp INTEGER,
  first_contract_others_paid INTEGER NOT NULL,
  PRIMARY KEY (policy)
) STRICT;
CREATE TABLE m1_marketplace_year (
  policy TEXT NOT NULL,
  gross_volume INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  contracts_started INTEGER NOT NULL,
  hires_invite INTEGER NOT NULL,
  hires_proposal INTEGER NOT NULL,
  hires_direct INTEGER NOT NULL,
  hires_invite_bp INTEGER,
  hires_proposal_bp INTEGER,
  hires_direct_bp INTEGER,
  invites_sent INTEGER NOT NULL,
  invites_counted INTEGER NOT NULL,
  invites_answered INTEGER NOT NULL,
  response_rate_bp INTEGER,
  minutes_billed INTEGER NOT NULL,
  jobs_posted INTEGER NOT NULL,
  proposals INTEGER NOT NULL,
  candidates INTEGER NOT NULL,
  candidates_per_job INTEGER,
  interviews INTEGER NOT NULL,
  connects_spent INTEGER NOT NULL,
  connects_returned INTEGER NOT NULL,
  hires_top_score INTEGER NOT NULL,
  hires_top_score_bp INTEGER,
  hires_top_rated_plus INTEGER NOT NULL,
  hires_top_rated INTEGER NOT NULL,
  hires_rising_talent INTEGER NOT NULL,
  hires_without_badge INTEGER NOT NULL,
  proposals_top_rated_plus INTEGER NOT NULL,
  proposals_top_rated INTEGER NOT NULL,
  proposals_rising_talent INTEGER NOT NULL,
  proposals_without_badge INTEGER NOT NULL,
  interviews_top_rated_plus INTEGER NOT NULL,
  interviews_top_rated INTEGER NOT NULL,
  interviews_rising_talent INTEGER NOT NULL,
  interviews_without_badge INTEGER NOT NULL,
  proposal_hires_top_rated_plus INTEGER NOT NULL,
  proposal_hires_top_rated INTEGER NOT NULL,
  proposal_hires_rising_talent INTEGER NOT NULL,
  proposal_hires_without_badge INTEGER NOT NULL,
  meetings_one_on_one_scheduled INTEGER NOT NULL,
  meetings_one_on_one_held INTEGER NOT NULL,
  meetings_one_on_one_cancelled INTEGER NOT NULL,
  meetings_panel_scheduled INTEGER NOT NULL,
  meetings_panel_held INTEGER NOT NULL,
  meetings_panel_cancelled INTEGER NOT NULL,
  meetings_telephone_scheduled INTEGER NOT NULL,
  meetings_telephone_held INTEGER NOT NULL,
  meetings_telephone_cancelled INTEGER NOT NULL,
  meetings_group_scheduled INTEGER NOT NULL,
  meetings_group_held INTEGER NOT NULL,
  meetings_group_cancelled INTEGER NOT NULL,
  meetings_by_chat INTEGER NOT NULL,
  meetings_by_audio INTEGER NOT NULL,
  meetings_by_video INTEGER NOT NULL,
  meetings_by_in_person INTEGER NOT NULL,
  contracts_ended INTEGER NOT NULL,
  contracts_disputed INTEGER NOT NULL,
  dispute_ppm INTEGER,
  PRIMARY KEY (policy)
) STRICT;
CREATE TABLE m1_marketplace_weeks (
  week TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  gross_volume INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  contracts_started INTEGER NOT NULL,
  hires_invite INTEGER NOT NULL,
  hires_proposal INTEGER NOT NULL,
  hires_direct INTEGER NOT NULL,
  hires_invite_bp INTEGER,
  hires_proposal_bp INTEGER,
  hires_direct_bp INTEGER,
  invites_sent INTEGER NOT NULL,
  invites_counted INTEGER NOT NULL,
  invites_answered INTEGER NOT NULL,
  response_rate_bp INTEGER,
  minutes_billed INTEGER NOT NULL,
  jobs_posted INTEGER NOT NULL,
  proposals INTEGER NOT NULL,
  candidates INTEGER NOT NULL,
  candidates_per_job INTEGER,
  interviews INTEGER NOT NULL,
  connects_spent INTEGER NOT NULL,
  connects_returned INTEGER NOT NULL,
  hires_top_score INTEGER NOT NULL,
  hires_top_score_bp INTEGER,
  hires_top_rated_plus INTEGER NOT NULL,
  hires_top_rated INTEGER NOT NULL,
  hires_rising_talent INTEGER NOT NULL,
  hires_without_badge INTEGER NOT NULL,
  proposals_top_rated_plus INTEGER NOT NULL,
  proposals_top_rated INTEGER NOT NULL,
  proposals_rising_talent INTEGER NOT NULL,
  proposals_without_badge INTEGER NOT NULL,
  interviews_top_rated_plus INTEGER NOT NULL,
  interviews_top_rated INTEGER NOT NULL,
  interviews_rising_talent INTEGER NOT NULL,
  interviews_without_badge INTEGER NOT NULL,
  proposal_hires_top_rated_plus INTEGER NOT NULL,
  proposal_hires_top_rated INTEGER NOT NULL,
  proposal_hires_rising_talent INTEGER NOT NULL,
  proposal_hires_without_badge INTEGER NOT NULL,
  meetings_one_on_one_scheduled INTEGER NOT NULL,
  meetings_one_on_one_held INTEGER NOT NULL,
  meetings_one_on_one_cancelled INTEGER NOT NULL,
  meetings_panel_scheduled INTEGER NOT NULL,
  meetings_panel_held INTEGER NOT NULL,
  meetings_panel_cancelled INTEGER NOT NULL,
  meetings_telephone_scheduled INTEGER NOT NULL,
  meetings_telephone_held INTEGER NOT NULL,
  meetings_telephone_cancelled INTEGER NOT NULL,
  meetings_group_scheduled INTEGER NOT NULL,
  meetings_group_held INTEGER NOT NULL,
  meetings_group_cancelled INTEGER NOT NULL,
  meetings_by_chat INTEGER NOT NULL,
  meetings_by_audio INTEGER NOT NULL,
  meetings_by_video INTEGER NOT NULL,
  meetings_by_in_person INTEGER NOT NULL,
  contracts_ended INTEGER NOT NULL,
  contracts_disputed INTEGER NOT NULL,
  dispute_ppm INTEGER,
  PRIMARY KEY (week)
) STRICT;
CREATE TABLE m1_stale (
  kind TEXT NOT NULL,
  account_id TEXT NOT NULL,
  partition INTEGER NOT NULL,
  since INTEGER NOT NULL,
  position INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (kind, account_id, partition, since)
) STRICT;
CREATE TABLE m1_checkpoints (
  partition INTEGER NOT NULL,
  position INTEGER NOT NULL,
  log_id TEXT,
  event_id TEXT,
  event_position INTEGER,
  event_digest TEXT,
  head_position INTEGER,
  updated_at INTEGER NOT NULL,
  stopped_position INTEGER,
  stopped_reason TEXT,
  PRIMARY KEY (partition)
) STRICT;
INSERT INTO m1_checkpoints (partition, position, log_id, event_id, event_position, event_digest, head_position, updated_at, stopped_position, stopped_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
INSERT INTO model_versions (version, schema, partitions, state, created_at) VALUES ($1, $2, $3, $4, $5);
CREATE INDEX m1_jobs_by_client_id ON m1_jobs (client_id);
CREATE INDEX m1_invites_by_freelancer_id ON m1_invites (freelancer_id);
CREATE INDEX m1_invites_by_client_id ON m1_invites (client_id);
CREATE INDEX m1_proposals_by_freelancer_id ON m1_proposals (freelancer_id);
CREATE INDEX m1_proposals_by_job_id ON m1_proposals (job_id);
CREATE INDEX m1_interviews_by_job_id ON m1_interviews (job_id);
CREATE INDEX m1_contracts_by_freelancer_id ON m1_contracts (freelancer_id);
CREATE INDEX m1_contracts_by_client_id ON m1_contracts (client_id);
CREATE INDEX m1_contracts_by_ended_at ON m1_contracts (ended_at);
CREATE INDEX m1_payments_by_occurred_at ON m1_payments (occurred_at);
CREATE INDEX m1_work_weeks_by_contract_id ON m1_work_weeks (contract_id);
CREATE INDEX m1_freelancer_stats_by_job_success_bp ON m1_freelancer_stats (job_success_bp);
CREATE INDEX m1_freelancer_stats_by_paid ON m1_freelancer_stats (paid);
CREATE INDEX m1_freelancer_stats_by_response_rate_bp ON m1_freelancer_stats (response_rate_bp);
CREATE INDEX m1_freelancer_stats_by_top_rated_job_success_bp ON m1_freelancer_stats (top_rated, job_success_bp);
CREATE INDEX m1_freelancer_stats_by_policy ON m1_freelancer_stats (policy);
CREATE INDEX m1_client_stats_by_spent ON m1_client_stats (spent);
CREATE INDEX m1_client_stats_by_standing ON m1_client_stats (standing);
CREATE INDEX m1_client_stats_by_next_step_due_since ON m1_client_stats (next_step, due_since);
CREATE INDEX m1_client_stats_by_policy ON m1_client_stats (policy);
CREATE INDEX m1_marketplace_weeks_by_starts_at ON m1_marketplace_weeks (starts_at);
CREATE INDEX m1_stale_by_due_at ON m1_stale (due_at);
DROP VIEW IF EXISTS freelancers;
CREATE VIEW freelancers AS SELECT id, revision, registered_at, registered_position FROM m1_freelancers;
DROP VIEW IF EXISTS freelancer_marks;
CREATE VIEW freelancer_marks AS SELECT freelancer_id, position, occurred_at, kind, word, number, blocks FROM m1_freelancer_marks;
DROP VIEW IF EXISTS freelancer_connects;
CREATE VIEW freelancer_connects AS SELECT freelancer_id, position, occurred_at, kind, lot, amount, expires_at, reason, month, proposal_id, job_id FROM m1_freelancer_connects;
DROP VIEW IF EXISTS freelancer_descriptions;
CREATE VIEW freelancer_descriptions AS SELECT freelancer_id, position, occurred_at, title, introduction, skills, category, hourly_rate, portfolio FROM m1_freelancer_descriptions;
DROP VIEW IF EXISTS freelancer_tests;
CREATE VIEW freelancer_tests AS SELECT freelancer_id, position, occurred_at, test, score FROM m1_freelancer_tests;
DROP VIEW IF EXISTS clients;
CREATE VIEW clients AS SELECT id, revision, registered_at, registered_position FROM m1_clients;
DROP VIEW IF EXISTS client_marks;
CREATE VIEW client_marks AS SELECT client_id, position, occurred_at, kind, reason, freelancer_id FROM m1_client_marks;
DROP VIEW IF EXISTS jobs;
CREATE VIEW jobs AS SELECT id, client_id, revision, kind, posted_at, posted_position, closed_at, closed_position, close_reason, removed_at, removed_position, remove_reason FROM m1_jobs;
DROP VIEW IF EXISTS job_versions;
CREATE VIEW job_versions AS SELECT job_id, position, occurred_at, connects, category, title, description, skills, budget, rate_min, rate_max, duration, questions, emptied FROM m1_job_versions;
DROP VIEW IF EXISTS job_reports;
CREATE VIEW job_reports AS SELECT job_id, position, occurred_at, freelancer_id, reason FROM m1_job_reports;
DROP VIEW IF EXISTS job_questions;
CREATE VIEW job_questions AS SELECT job_id, id, freelancer_id, asked_at, asked_position, text, answered_at, answered_position, answer FROM m1_job_questions;
DROP VIEW IF EXISTS invites;
CREATE VIEW invites AS SELECT id, client_id, freelancer_id, job_id, revision, available, outcome, sent_at, sent_position, contact_at, contact_position, closed_at, closed_position FROM m1_invites;
DROP VIEW IF EXISTS proposals;
CREATE VIEW proposals AS SELECT id, job_id, client_id, freelancer_id, revision, via, submitted_at, submitted_position, contact_at, contact_position FROM m1_proposals;
DROP VIEW IF EXISTS proposal_steps;
CREATE VIEW proposal_steps AS SELECT proposal_id, position, occurred_at, kind, format, channel FROM m1_proposal_steps;
DROP VIEW IF EXISTS interviews;
CREATE VIEW interviews AS SELECT id, job_id, client_id, revision, format, channel, proposals, scheduled_at, scheduled_position, held_at, held_position, cancelled_at, cancelled_position FROM m1_interviews;
DROP VIEW IF EXISTS interview_times;
CREATE VIEW interview_times AS SELECT interview_id, position, occurred_at, meets_at FROM m1_interview_times;
DROP VIEW IF EXISTS contracts;
CREATE VIEW contracts AS SELECT id, client_id, freelancer_id, job_id, revision, via, kind, category, started_at, started_position, ended_at, ended_position, feedback_at, feedback_position, feedback_overall, feedback_revised_at, feedback_revised_position, feedback_revised_overall, response_at, response_position, excluded_at, excluded_position, excluded_basis, returned_at, returned_position, returned_overall, returned_revised_at, returned_revised_position, returned_revised_overall, published_at, published_position FROM m1_contracts;
DROP VIEW IF EXISTS payments;
CREATE VIEW payments AS SELECT contract_id, position, occurred_at, kind, amount, minutes FROM m1_payments;
DROP VIEW IF EXISTS submissions;
CREATE VIEW submissions AS SELECT contract_id, submitted_at, submitted_position, milestone_id, outcome, answered_at, answered_position FROM m1_submissions;
DROP VIEW IF EXISTS disputes;
CREATE VIEW disputes AS SELECT contract_id, id, opened_by, opened_at, opened_position, accepted_at, accepted_position, lapsed_at, lapsed_position, cancelled_at, cancelled_position, resolved_at, resolved_position, to_freelancer, to_client FROM m1_disputes;
DROP VIEW IF EXISTS work_weeks;
CREATE VIEW work_weeks AS SELECT contract_id, week, id, revision, invoiced_at, invoiced_position, minutes, amount FROM m1_work_weeks;
DROP VIEW IF EXISTS freelancer_stats;
CREATE VIEW freelancer_stats AS SELECT freelancer_id, as_of, valid_until, policy, invites_counted, invites_answered, invites_answered_24h, invites_answered_72h, response_rate_bp, median_response_s, response_level, job_success_bp, job_success_displayed, job_success_window_months, job_success_outcomes, job_success_clients, job_success_weight, job_success_successful, job_success_neutral, job_success_negative, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, paid, paid_12m, minutes, minutes_12m, minutes_billed, minutes_billed_12m, clients, clients_last_year, long_term_clients, long_term_bp, funnel_proposals, funnel_interviews, funnel_offers, funnel_hires, funnel_proposals_per_hire, public, available, profile_percent, identity_verified, phone_verified, rising_talent, top_rated, top_rated_met, top_rated_missing, top_rated_plus, top_rated_plus_met, top_rated_plus_missing, connects_balance FROM m1_freelancer_stats;
DROP VIEW IF EXISTS client_stats;
CREATE VIEW client_stats AS SELECT client_id, as_of, valid_until, policy, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, spent, standing, contacted_until, signals, next_step, due_since, registered_at, running_contracts, jobs_posted, jobs_with_hire, hire_rate_bp, feedbacks, stars, release_median_s, auto_released_bp, payment_verified FROM m1_client_stats;
DROP VIEW IF EXISTS marketplace_stats;
CREATE VIEW marketplace_stats AS SELECT as_of, valid_until, policy, position, weeks_left_out, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, paid, gross_volume, refunds, minutes, contracts_started, hires_invite, hires_proposal, hires_direct, hires_invite_bp, hires_proposal_bp, hires_direct_bp, invites_sent, invites_counted, invites_answered, response_rate_bp, minutes_billed, jobs_posted, proposals, candidates, candidates_per_job, interviews, connects_spent, connects_returned, hires_top_score, hires_top_score_bp, hires_top_rated_plus, hires_top_rated, hires_rising_talent, hires_without_badge, proposals_top_rated_plus, proposals_top_rated, proposals_rising_talent, proposals_without_badge, interviews_top_rated_plus, interviews_top_rated, interviews_rising_talent, interviews_without_badge, proposal_hires_top_rated_plus, proposal_hires_top_rated, proposal_hires_rising_talent, proposal_hires_without_badge, meetings_one_on_one_scheduled, meetings_one_on_one_held, meetings_one_on_one_cancelled, meetings_panel_scheduled, meetings_panel_held, meetings_panel_cancelled, meetings_telephone_scheduled, meetings_telephone_held, meetings_telephone_cancelled, meetings_group_scheduled, meetings_group_held, meetings_group_cancelled, meetings_by_chat, meetings_by_audio, meetings_by_video, meetings_by_in_person, funnel_proposals, funnel_interviews, funnel_offers, funnel_hires, funnel_proposals_per_hire, clients_contacted, improved_bp, first_contract_rising_talent, first_contract_rising_talent_won, first_contract_rising_talent_won_bp, first_contract_rising_talent_paid, first_contract_others, first_contract_others_won, first_contract_others_won_bp, first_contract_others_paid FROM m1_marketplace_stats;
DROP VIEW IF EXISTS marketplace_year;
CREATE VIEW marketplace_year AS SELECT policy, gross_volume, refunds, minutes, contracts_started, hires_invite, hires_proposal, hires_direct, hires_invite_bp, hires_proposal_bp, hires_direct_bp, invites_sent, invites_counted, invites_answered, response_rate_bp, minutes_billed, jobs_posted, proposals, candidates, candidates_per_job, interviews, connects_spent, connects_returned, hires_top_score, hires_top_score_bp, hires_top_rated_plus, hires_top_rated, hires_rising_talent, hires_without_badge, proposals_top_rated_plus, proposals_top_rated, proposals_rising_talent, proposals_without_badge, interviews_top_rated_plus, interviews_top_rated, interviews_rising_talent, interviews_without_badge, proposal_hires_top_rated_plus, proposal_hires_top_rated, proposal_hires_rising_talent, proposal_hires_without_badge, meetings_one_on_one_scheduled, meetings_one_on_one_held, meetings_one_on_one_cancelled, meetings_panel_scheduled, meetings_panel_held, meetings_panel_cancelled, meetings_telephone_scheduled, meetings_telephone_held, meetings_telephone_cancelled, meetings_group_scheduled, meetings_group_held, meetings_group_cancelled, meetings_by_chat, meetings_by_audio, meetings_by_video, meetings_by_in_person, contracts_ended, contracts_disputed, dispute_ppm FROM m1_marketplace_year;
DROP VIEW IF EXISTS marketplace_weeks;
CREATE VIEW marketplace_weeks AS SELECT week, starts_at, gross_volume, refunds, minutes, contracts_started, hires_invite, hires_proposal, hires_direct, hires_invite_bp, hires_proposal_bp, hires_direct_bp, invites_sent, invites_counted, invites_answered, response_rate_bp, minutes_billed, jobs_posted, proposals, candidates, candidates_per_job, interviews, connects_spent, connects_returned, hires_top_score, hires_top_score_bp, hires_top_rated_plus, hires_top_rated, hires_rising_talent, hires_without_badge, proposals_top_rated_plus, proposals_top_rated, proposals_rising_talent, proposals_without_badge, interviews_top_rated_plus, interviews_top_rated, interviews_rising_talent, interviews_without_badge, proposal_hires_top_rated_plus, proposal_hires_top_rated, proposal_hires_rising_talent, proposal_hires_without_badge, meetings_one_on_one_scheduled, meetings_one_on_one_held, meetings_one_on_one_cancelled, meetings_panel_scheduled, meetings_panel_held, meetings_panel_cancelled, meetings_telephone_scheduled, meetings_telephone_held, meetings_telephone_cancelled, meetings_group_scheduled, meetings_group_held, meetings_group_cancelled, meetings_by_chat, meetings_by_audio, meetings_by_video, meetings_by_in_person, contracts_ended, contracts_disputed, dispute_ppm FROM m1_marketplace_weeks;
DROP VIEW IF EXISTS checkpoints;
CREATE VIEW checkpoints AS SELECT partition, position, log_id, event_id, event_position, event_digest, head_position, updated_at, stopped_position, stopped_reason FROM m1_checkpoints;
UPDATE model_versions SET state = $1 WHERE state = $2;
UPDATE model_versions SET state = $1 WHERE version = $2;
