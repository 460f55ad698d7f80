CREATE SCHEMA IF NOT EXISTS marketplace;
CREATE TABLE marketplace.model_migrations (
  number bigint NOT NULL,
  applied_at timestamptz NOT NULL,
  PRIMARY KEY (number)
);
CREATE TABLE marketplace.model_versions (
  version bigint NOT NULL,
  schema bigint NOT NULL,
  partitions bigint NOT NULL,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (version)
);
CREATE TABLE marketplace.model_passes (
  version bigint NOT NULL,
  part bigint NOT NULL,
  parts bigint NOT NULL,
  through_position bigint NOT NULL,
  done boolean NOT NULL,
  PRIMARY KEY (version, part, parts)
);
INSERT INTO marketplace.model_migrations (number, applied_at) VALUES ($1, $2);
CREATE SCHEMA IF NOT EXISTS marketplace_1;
CREATE TABLE marketplace_1.freelancers (
  id uuid NOT NULL,
  revision bigint NOT NULL,
  registered_at timestamptz NOT NULL,
  registered_position bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.freelancer_marks (
  freelancer_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  kind text NOT NULL,
  word text NOT NULL,
  number bigint,
  blocks text,
  PRIMARY KEY (freelancer_id, position)
);
CREATE TABLE marketplace_1.freelancer_connects (
  freelancer_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  kind text NOT NULL,
  lot bigint NOT NULL,
  amount bigint NOT NULL,
  expires_at timestamptz,
  reason text,
  month text,
  proposal_id uuid,
  job_id uuid,
  PRIMARY KEY (freelancer_id, position)
);
CREATE TABLE marketplace_1.freelancer_descriptions (
  freelancer_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  title text,
  introduction text,
  skills text,
  category text,
  hourly_rate bigint,
  portfolio text,
  PRIMARY KEY (freelancer_id, position)
);
CREATE TABLE marketplace_1.freelancer_tests (
  freelancer_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  test text NOT NULL,
  score bigint NOT NULL,
  PRIMARY KEY (freelancer_id, position)
);
CREATE TABLE marketplace_1.clients (
  id uuid NOT NULL,
  revision bigint NOT NULL,
  registered_at timestamptz NOT NULL,
  registered_position bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.client_marks (
  client_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  freelancer_id uuid,
  PRIMARY KEY (client_id, position)
);
CREATE TABLE marketplace_1.jobs (
  id uuid NOT NULL,
  client_id uuid NOT NULL,
  revision bigint NOT NULL,
  kind text NOT NULL,
  posted_at timestamptz NOT NULL,
  posted_position bigint NOT NULL,
  closed_at timestamptz,
  closed_position bigint,
  close_reason text,
  removed_at timestamptz,
  removed_position bigint,
  remove_reason text,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.job_versions (
  job_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  connects bigint,
  category text,
  title text,
  description text,
  skills text,
  budget bigint,
  rate_min bigint,
  rate_max bigint,
  duration text,
  questions text,
  emptied text,
  PRIMARY KEY (job_id, position)
);
CREATE TABLE marketplace_1.job_reports (
  job_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  freelancer_id uuid NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (job_id, position)
);
CREATE TABLE marketplace_1.job_questions (
  job_id uuid NOT NULL,
  id uuid NOT NULL,
  freelancer_id uuid NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_position bigint NOT NULL,
  text text NOT NULL,
  answered_at timestamptz,
  answered_position bigint,
  answer text,
  PRIMARY KEY (job_id, id)
);
CREATE TABLE marketplace_1.invites (
  id uuid NOT NULL,
  client_id uuid NOT NULL,
  freelancer_id uuid NOT NULL,
  job_id uuid NOT NULL,
  revision bigint NOT NULL,
  available boolean NOT NULL,
  outcome text NOT NULL,
  sent_at timestamptz NOT NULL,
  sent_position bigint NOT NULL,
  contact_at timestamptz,
  contact_position bigint,
  closed_at timestamptz,
  closed_position bigint,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.proposals (
  id uuid NOT NULL,
  job_id uuid NOT NULL,
  client_id uuid NOT NULL,
  freelancer_id uuid NOT NULL,
  revision bigint NOT NULL,
  via text NOT NULL,
  submitted_at timestamptz NOT NULL,
  submitted_position bigint NOT NULL,
  contact_at timestamptz,
  contact_position bigint,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.proposal_steps (
  proposal_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  kind text NOT NULL,
  format text,
  channel text,
  PRIMARY KEY (proposal_id, position)
);
CREATE TABLE marketplace_1.interviews (
  id uuid NOT NULL,
  job_id uuid NOT NULL,
  client_id uuid NOT NULL,
  revision bigint NOT NULL,
  format text NOT NULL,
  channel text NOT NULL,
  proposals text NOT NULL,
  scheduled_at timestamptz NOT NULL,
  scheduled_position bigint NOT NULL,
  held_at timestamptz,
  held_position bigint,
  cancelled_at timestamptz,
  cancelled_position bigint,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.interview_times (
  interview_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  meets_at timestamptz NOT NULL,
  PRIMARY KEY (interview_id, position)
);
CREATE TABLE marketplace_1.contracts (
  id uuid NOT NULL,
  client_id uuid NOT NULL,
  freelancer_id uuid NOT NULL,
  job_id uuid NOT NULL,
  revision bigint NOT NULL,
  via text NOT NULL,
  kind text NOT NULL,
  category text,
  started_at timestamptz NOT NULL,
  started_position bigint NOT NULL,
  ended_at timestamptz,
  ended_position bigint,
  feedback_at timestamptz,
  feedback_position bigint,
  feedback_overall bigint,
  feedback_recommend bigint,
  feedback_revised_at timestamptz,
  feedback_revised_position bigint,
  feedback_revised_overall bigint,
  feedback_comment text,
  feedback_revised_comment text,
  response_at timestamptz,
  response_position bigint,
  response text,
  excluded_at timestamptz,
  excluded_position bigint,
  excluded_basis text,
  returned_at timestamptz,
  returned_position bigint,
  returned_overall bigint,
  returned_recommend bigint,
  returned_revised_at timestamptz,
  returned_revised_position bigint,
  returned_revised_overall bigint,
  published_at timestamptz,
  published_position bigint,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.payments (
  contract_id uuid NOT NULL,
  position bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  kind text NOT NULL,
  amount bigint NOT NULL,
  minutes bigint,
  PRIMARY KEY (contract_id, position)
);
CREATE TABLE marketplace_1.submissions (
  contract_id uuid NOT NULL,
  submitted_at timestamptz NOT NULL,
  submitted_position bigint NOT NULL,
  milestone_id uuid NOT NULL,
  outcome text NOT NULL,
  answered_at timestamptz,
  answered_position bigint,
  PRIMARY KEY (contract_id, submitted_position)
);
CREATE TABLE marketplace_1.disputes (
  contract_id uuid NOT NULL,
  id uuid NOT NULL,
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_position bigint NOT NULL,
  accepted_at timestamptz,
  accepted_position bigint,
  lapsed_at timestamptz,
  lapsed_position bigint,
  cancelled_at timestamptz,
  cancelled_position bigint,
  resolved_at timestamptz,
  resolved_position bigint,
  to_freelancer bigint,
  to_client bigint,
  PRIMARY KEY (contract_id, id)
);
CREATE TABLE marketplace_1.work_weeks (
  contract_id uuid NOT NULL,
  week text NOT NULL,
  id uuid NOT NULL,
  revision bigint NOT NULL,
  invoiced_at timestamptz NOT NULL,
  invoiced_position bigint NOT NULL,
  minutes bigint NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE marketplace_1.freelancer_stats (
  freelancer_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  valid_until timestamptz,
  policy text NOT NULL,
  invites_counted bigint NOT NULL,
  invites_answered bigint NOT NULL,
  invites_answered_24h bigint NOT NULL,
  invites_answered_72h bigint NOT NULL,
  response_rate_bp bigint,
  median_response_s bigint,
  response_level text,
  job_success_bp bigint,
  job_success_displayed bigint,
  job_success_window_months bigint,
  job_success_outcomes bigint,
  job_success_clients bigint,
  job_success_weight bigint,
  job_success_successful bigint,
  job_success_neutral bigint,
  job_success_negative bigint,
  contracts_ended bigint NOT NULL,
  contracts_disputed bigint NOT NULL,
  dispute_ppm bigint,
  contracts_ended_12m bigint NOT NULL,
  contracts_disputed_12m bigint NOT NULL,
  dispute_ppm_12m bigint,
  paid bigint NOT NULL,
  paid_12m bigint NOT NULL,
  minutes bigint NOT NULL,
  minutes_12m bigint NOT NULL,
  minutes_billed bigint NOT NULL,
  minutes_billed_12m bigint NOT NULL,
  clients bigint NOT NULL,
  clients_last_year bigint NOT NULL,
  long_term_clients bigint NOT NULL,
  long_term_bp bigint,
  funnel_proposals bigint NOT NULL,
  funnel_interviews bigint NOT NULL,
  funnel_offers bigint NOT NULL,
  funnel_hires bigint NOT NULL,
  funnel_proposals_per_hire bigint,
  public boolean NOT NULL,
  available boolean NOT NULL,
  profile_percent bigint NOT NULL,
  identity_verified boolean NOT NULL,
  phone_verified boolean NOT NULL,
  rising_talent boolean NOT NULL,
  top_rated boolean NOT NULL,
  top_rated_met boolean NOT NULL,
  top_rated_missing text,
  top_rated_plus boolean NOT NULL,
  top_rated_plus_met boolean NOT NULL,
  top_rated_plus_missing text,
  connects_balance bigint NOT NULL,
  PRIMARY KEY (freelancer_id)
);
CREATE TABLE marketplace_1.client_stats (
  client_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  valid_until timestamptz,
  policy text NOT NULL,
  contracts_ended bigint NOT NULL,
  contracts_disputed bigint NOT NULL,
  dispute_ppm bigint,
  contracts_ended_12m bigint NOT NULL,
  contracts_disputed_12m bigint NOT NULL,
  dispute_ppm_12m bigint,
  spent bigint NOT NULL,
  standing text NOT NULL,
  contacted_until timestamptz,
  signals bigint NOT NULL,
  next_step text NOT NULL,
  due_since timestamptz,
  registered_at timestamptz NOT NULL,
  running_contracts bigint NOT NULL,
  jobs_posted bigint NOT NULL,
  jobs_with_hire bigint NOT NULL,
  hire_rate_bp bigint,
  feedbacks bigint NOT NULL,
  stars bigint,
  release_median_s bigint,
  auto_released_bp bigint,
  payment_verified boolean NOT NULL,
  PRIMARY KEY (client_id)
);
CREATE TABLE marketplace_1.marketplace_stats (
  as_of timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  policy text NOT NULL,
  position bigint NOT NULL,
  weeks_left_out bigint NOT NULL,
  contracts_ended bigint NOT NULL,
  contracts_disputed bigint NOT NULL,
  dispute_ppm bigint,
  contracts_ended_12m bigint NOT NULL,
  contracts_disputed_12m bigint NOT NULL,
  dispute_ppm_12m bigint,
  paid bigint NOT NULL,
  gross_volume bigint NOT NULL,
  refunds bigint NOT NULL,
  minutes bigint NOT NULL,
  contracts_started bigint NOT NULL,
  hires_invite bigint NOT NULL,
  hires_proposal bigint NOT NULL,
  hires_direct bigint NOT NULL,
  hires_invite_bp bigint,
  hires_proposal_bp bigint,
  hires_direct_bp bigint,
  invites_sent bigint NOT NULL,
  invites_counted bigint NOT NULL,
  invites_answered bigint NOT NULL,
  response_rate_bp bigint,
  minutes_billed bigint NOT NULL,
  jobs_posted bigint NOT NULL,
  proposals bigint NOT NULL,
  candidates bigint NOT NULL,
  candidates_per_job bigint,
  interviews bigint NOT NULL,
  connects_spent bigint NOT NULL,
  connects_returned bigint NOT NULL,
  hires_top_score bigint NOT NULL,
  hires_top_score_bp bigint,
  hires_top_rated_plus bigint NOT NULL,
  hires_top_rated bigint NOT NULL,
  hires_rising_talent bigint NOT NULL,
  hires_without_badge bigint NOT NULL,
  proposals_top_rated_plus bigint NOT NULL,
  proposals_top_rated bigint NOT NULL,
  proposals_rising_talent bigint NOT NULL,
  proposals_without_badge bigint NOT NULL,
  interviews_top_rated_plus bigint NOT NULL,
  interviews_top_rated bigint NOT NULL,
  interviews_rising_talent bigint NOT NULL,
  interviews_without_badge bigint NOT NULL,
  proposal_hires_top_rated_plus bigint NOT NULL,
  proposal_hires_top_rated bigint NOT NULL,
  proposal_hires_rising_talent bigint NOT NULL,
  proposal_hires_without_badge bigint NOT NULL,
  meetings_one_on_one_scheduled bigint NOT NULL,
  meetings_one_on_one_held bigint NOT NULL,
  meetings_one_on_one_cancelled bigint NOT NULL,
  meetings_panel_scheduled bigint NOT NULL,
  meetings_panel_held bigint NOT NULL,
  meetings_panel_cancelled bigint NOT NULL,
  meetings_telephone_scheduled bigint NOT NULL,
  meetings_telephone_held bigint NOT NULL,
  meetings_telephone_cancelled bigint NOT NULL,
  meetings_group_scheduled bigint NOT NULL,
  meetings_group_held bigint NOT NULL,
  meetings_group_cancelled bigint NOT NULL,
  meetings_by_chat bigint NOT NULL,
  meetings_by_audio bigint NOT NULL,
  meetings_by_video bigint NOT NULL,
  meetings_by_in_person bigint NOT NULL,
  funnel_proposals bigint NOT NULL,
  funnel_interviews bigint NOT NULL,
  funnel_offers bigint NOT NULL,
  funnel_hires bigint NOT NULL,
  funnel_proposals_per_hire bigint,
  clients_contacted bigint NOT NULL,
  improved_bp bigint,
  first_contract_rising_talent bigint NOT NULL,
  first_contract_rising_talent_won bigint NOT NULL,
  first_contract_rising_talent_won_bp bigint,
  first_contract_rising_talent_paid bigint NOT NULL,
  first_contract_others bigint NOT NULL,
  first_contract_others_won bigint NOT NULL,
  first_contract_others_won_bp bigint,
  first_contract_others_paid bigint NOT NULL,
  PRIMARY KEY (policy)
);
CREATE TABLE marketplace_1.marketplace_year (
  policy text NOT NULL,
  gross_volume bigint NOT NULL,
  refunds bigint NOT NULL,
  minutes bigint NOT NULL,
  contracts_started bigint NOT NULL,
  hires_invite bigint NOT NULL,
  hires_proposal bigint NOT NULL,
  hires_direct bigint NOT NULL,
  hires_invite_bp bigint,
  hires_proposal_bp bigint,
  hires_direct_bp bigint,
  invites_sent bigint NOT NULL,
  invites_counted bigint NOT NULL,
  invites_answered bigint NOT NULL,
  response_rate_bp bigint,
  minutes_billed bigint NOT NULL,
  jobs_posted bigint NOT NULL,
  proposals bigint NOT NULL,
  candidates bigint NOT NULL,
  candidates_per_job bigint,
  interviews bigint NOT NULL,
  connects_spent bigint NOT NULL,
  connects_returned bigint NOT NULL,
  hires_top_score bigint NOT NULL,
  hires_top_score_bp bigint,
  hires_top_rated_plus bigint NOT NULL,
  hires_top_rated bigint NOT NULL,
  hires_rising_talent bigint NOT NULL,
  hires_without_badge bigint NOT NULL,
  proposals_top_rated_plus bigint NOT NULL,
  proposals_top_rated bigint NOT NULL,
  proposals_rising_talent bigint NOT NULL,
  proposals_without_badge bigint NOT NULL,
  interviews_top_rated_plus bigint NOT NULL,
  interviews_top_rated bigint NOT NULL,
  interviews_rising_talent bigint NOT NULL,
  interviews_without_badge bigint NOT NULL,
  proposal_hires_top_rated_plus bigint NOT NULL,
  proposal_hires_top_rated bigint NOT NULL,
  proposal_hires_rising_talent bigint NOT NULL,
  proposal_hires_without_badge bigint NOT NULL,
  meetings_one_on_one_scheduled bigint NOT NULL,
  meetings_one_on_one_held bigint NOT NULL,
  meetings_one_on_one_cancelled bigint NOT NULL,
  meetings_panel_scheduled bigint NOT NULL,
  meetings_panel_held bigint NOT NULL,
  meetings_panel_cancelled bigint NOT NULL,
  meetings_telephone_scheduled bigint NOT NULL,
  meetings_telephone_held bigint NOT NULL,
  meetings_telephone_cancelled bigint NOT NULL,
  meetings_group_scheduled bigint NOT NULL,
  meetings_group_held bigint NOT NULL,
  meetings_group_cancelled bigint NOT NULL,
  meetings_by_chat bigint NOT NULL,
  meetings_by_audio bigint NOT NULL,
  meetings_by_video bigint NOT NULL,
  meetings_by_in_person bigint NOT NULL,
  contracts_ended bigint NOT NULL,
  contracts_disputed bigint NOT NULL,
  dispute_ppm bigint,
  PRIMARY KEY (policy)
);
CREATE TABLE marketplace_1.marketplace_weeks (
  week text NOT NULL,
  starts_at timestamptz NOT NULL,
  gross_volume bigint NOT NULL,
  refunds bigint NOT NULL,
  minutes bigint NOT NULL,
  contracts_started bigint NOT NULL,
  hires_invite bigint NOT NULL,
  hires_proposal bigint NOT NULL,
  hires_direct bigint NOT NULL,
  hires_invite_bp bigint,
  hires_proposal_bp bigint,
  hires_direct_bp bigint,
  invites_sent bigint NOT NULL,
  invites_counted bigint NOT NULL,
  invites_answered bigint NOT NULL,
  response_rate_bp bigint,
  minutes_billed bigint NOT NULL,
  jobs_posted bigint NOT NULL,
  proposals bigint NOT NULL,
  candidates bigint NOT NULL,
  candidates_per_job bigint,
  interviews bigint NOT NULL,
  connects_spent bigint NOT NULL,
  connects_returned bigint NOT NULL,
  hires_top_score bigint NOT NULL,
  hires_top_score_bp bigint,
  hires_top_rated_plus bigint NOT NULL,
  hires_top_rated bigint NOT NULL,
  hires_rising_talent bigint NOT NULL,
  hires_without_badge bigint NOT NULL,
  proposals_top_rated_plus bigint NOT NULL,
  proposals_top_rated bigint NOT NULL,
  proposals_rising_talent bigint NOT NULL,
  proposals_without_badge bigint NOT NULL,
  interviews_top_rated_plus bigint NOT NULL,
  interviews_top_rated bigint NOT NULL,
  interviews_rising_talent bigint NOT NULL,
  interviews_without_badge bigint NOT NULL,
  proposal_hires_top_rated_plus bigint NOT NULL,
  proposal_hires_top_rated bigint NOT NULL,
  proposal_hires_rising_talent bigint NOT NULL,
  proposal_hires_without_badge bigint NOT NULL,
  meetings_one_on_one_scheduled bigint NOT NULL,
  meetings_one_on_one_held bigint NOT NULL,
  meetings_one_on_one_cancelled bigint NOT NULL,
  meetings_panel_scheduled bigint NOT NULL,
  meetings_panel_held bigint NOT NULL,
  meetings_panel_cancelled bigint NOT NULL,
  meetings_telephone_scheduled bigint NOT NULL,
  meetings_telephone_held bigint NOT NULL,
  meetings_telephone_cancelled bigint NOT NULL,
  meetings_group_scheduled bigint NOT NULL,
  meetings_group_held bigint NOT NULL,
  meetings_group_cancelled bigint NOT NULL,
  meetings_by_chat bigint NOT NULL,
  meetings_by_audio bigint NOT NULL,
  meetings_by_video bigint NOT NULL,
  meetings_by_in_person bigint NOT NULL,
  contracts_ended bigint NOT NULL,
  contracts_disputed bigint NOT NULL,
  dispute_ppm bigint,
  PRIMARY KEY (week)
);
CREATE TABLE marketplace_1.stale (
  kind text NOT NULL,
  account_id uuid NOT NULL,
  partition bigint NOT NULL,
  since bigint NOT NULL,
  position bigint NOT NULL,
  due_at timestamptz NOT NULL,
  PRIMARY KEY (kind, account_id, partition, since)
);
CREATE TABLE marketplace_1.checkpoints (
  partition bigint NOT NULL,
  position bigint NOT NULL,
  log_id uuid,
  event_id uuid,
  event_position bigint,
  event_digest text,
  head_position bigint,
  updated_at timestamptz NOT NULL,
  stopped_position bigint,
  stopped_reason text,
  PRIMARY KEY (partition)
);
INSERT INTO marketplace_1.checkpoints (partition, position, log_id, event_id, event_position, event_digest, head_position, updated_at, stopped_position, stopped_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
INSERT INTO marketplace.model_versions (version, schema, partitions, state, created_at) VALUES ($1, $2, $3, $4, $5);
CREATE INDEX jobs_by_client_id ON marketplace_1.jobs (client_id);
CREATE INDEX invites_by_freelancer_id ON marketplace_1.invites (freelancer_id);
CREATE INDEX invites_by_client_id ON marketplace_1.invites (client_id);
CREATE INDEX proposals_by_freelancer_id ON marketplace_1.proposals (freelancer_id);
CREATE INDEX proposals_by_job_id ON marketplace_1.proposals (job_id);
CREATE INDEX interviews_by_job_id ON marketplace_1.interviews (job_id);
CREATE INDEX contracts_by_freelancer_id ON marketplace_1.contracts (freelancer_id);
CREATE INDEX contracts_by_client_id ON marketplace_1.contracts (client_id);
CREATE INDEX contracts_by_ended_at ON marketplace_1.contracts (ended_at);
CREATE INDEX payments_by_occurred_at ON marketplace_1.payments (occurred_at);
CREATE INDEX work_weeks_by_contract_id ON marketplace_1.work_weeks (contract_id);
CREATE INDEX freelancer_stats_by_job_success_bp ON marketplace_1.freelancer_stats (job_success_bp);
CREATE INDEX freelancer_stats_by_paid ON marketplace_1.freelancer_stats (paid);
CREATE INDEX freelancer_stats_by_response_rate_bp ON marketplace_1.freelancer_stats (response_rate_bp);
CREATE INDEX freelancer_stats_by_top_rated_job_success_bp ON marketplace_1.freelancer_stats (top_rated, job_success_bp);
CREATE INDEX freelancer_stats_by_policy ON marketplace_1.freelancer_stats (policy);
CREATE INDEX client_stats_by_spent ON marketplace_1.client_stats (spent);
CREATE INDEX client_stats_by_standing ON marketplace_1.client_stats (standing);
CREATE INDEX client_stats_by_next_step_due_since ON marketplace_1.client_stats (next_step, due_since);
CREATE INDEX client_stats_by_policy ON marketplace_1.client_stats (policy);
CREATE INDEX marketplace_weeks_by_starts_at ON marketplace_1.marketplace_weeks (starts_at);
CREATE INDEX stale_by_due_at ON marketplace_1.stale (due_at);
DROP VIEW IF EXISTS marketplace.freelancers;
CREATE VIEW marketplace.freelancers AS SELECT id, revision, registered_at, registered_position FROM marketplace_1.freelancers;
DROP VIEW IF EXISTS marketplace.freelancer_marks;
CREATE VIEW marketplace.freelancer_marks AS SELECT freelancer_id, position, occurred_at, kind, word, number, blocks FROM marketplace_1.freelancer_marks;
DROP VIEW IF EXISTS marketplace.freelancer_connects;
CREATE VIEW marketplace.freelancer_connects AS SELECT freelancer_id, position, occurred_at, kind, lot, amount, expires_at, reason, month, proposal_id, job_id FROM marketplace_1.freelancer_connects;
DROP VIEW IF EXISTS marketplace.freelancer_descriptions;
CREATE VIEW marketplace.freelancer_descriptions AS SELECT freelancer_id, position, occurred_at, title, introduction, skills, category, hourly_rate, portfolio FROM marketplace_1.freelancer_descriptions;
DROP VIEW IF EXISTS marketplace.freelancer_tests;
CREATE VIEW marketplace.freelancer_tests AS SELECT freelancer_id, position, occurred_at, test, score FROM marketplace_1.freelancer_tests;
DROP VIEW IF EXISTS marketplace.clients;
CREATE VIEW marketplace.clients AS SELECT id, revision, registered_at, registered_position FROM marketplace_1.clients;
DROP VIEW IF EXISTS marketplace.client_marks;
CREATE VIEW marketplace.client_marks AS SELECT client_id, position, occurred_at, kind, reason, freelancer_id FROM marketplace_1.client_marks;
DROP VIEW IF EXISTS marketplace.jobs;
CREATE VIEW marketplace.jobs AS SELECT id, client_id, revision, kind, posted_at, posted_position, closed_at, closed_position, close_reason, removed_at, removed_position, remove_reason FROM marketplace_1.jobs;
DROP VIEW IF EXISTS marketplace.job_versions;
CREATE VIEW marketplace.job_versions AS SELECT job_id, position, occurred_at, connects, category, title, description, skills, budget, rate_min, rate_max, duration, questions, emptied FROM marketplace_1.job_versions;
DROP VIEW IF EXISTS marketplace.job_reports;
CREATE VIEW marketplace.job_reports AS SELECT job_id, position, occurred_at, freelancer_id, reason FROM marketplace_1.job_reports;
DROP VIEW IF EXISTS marketplace.job_questions;
CREATE VIEW marketplace.job_questions AS SELECT job_id, id, freelancer_id, asked_at, asked_position, text, answered_at, answered_position, answer FROM marketplace_1.job_questions;
DROP VIEW IF EXISTS marketplace.invites;
CREATE VIEW marketplace.invites AS SELECT id, client_id, freelancer_id, job_id, revision, available, outcome, sent_at, sent_position, contact_at, contact_position, closed_at, closed_position FROM marketplace_1.invites;
DROP VIEW IF EXISTS marketplace.proposals;
CREATE VIEW marketplace.proposals AS SELECT id, job_id, client_id, freelancer_id, revision, via, submitted_at, submitted_position, contact_at, contact_position FROM marketplace_1.proposals;
DROP VIEW IF EXISTS marketplace.proposal_steps;
CREATE VIEW marketplace.proposal_steps AS SELECT proposal_id, position, occurred_at, kind, format, channel FROM marketplace_1.proposal_steps;
DROP VIEW IF EXISTS marketplace.interviews;
CREATE VIEW marketplace.interviews AS SELECT id, job_id, client_id, revision, format, channel, proposals, scheduled_at, scheduled_position, held_at, held_position, cancelled_at, cancelled_position FROM marketplace_1.interviews;
DROP VIEW IF EXISTS marketplace.interview_times;
CREATE VIEW marketplace.interview_times AS SELECT interview_id, position, occurred_at, meets_at FROM marketplace_1.interview_times;
DROP VIEW IF EXISTS marketplace.contracts;
CREATE VIEW marketplace.contracts AS SELECT id, client_id, freelancer_id, job_id, revision, via, kind, category, started_at, started_position, ended_at, ended_position, feedback_at, feedback_position, feedback_overall, feedback_revised_at, feedback_revised_position, feedback_revised_overall, response_at, response_position, excluded_at, excluded_position, excluded_basis, returned_at, returned_position, returned_overall, returned_revised_at, returned_revised_position, returned_revised_overall, published_at, published_position FROM marketplace_1.contracts;
DROP VIEW IF EXISTS marketplace.payments;
CREATE VIEW marketplace.payments AS SELECT contract_id, position, occurred_at, kind, amount, minutes FROM marketplace_1.payments;
DROP VIEW IF EXISTS marketplace.submissions;
CREATE VIEW marketplace.submissions AS SELECT contract_id, submitted_at, submitted_position, milestone_id, outcome, answered_at, answered_position FROM marketplace_1.submissions;
DROP VIEW IF EXISTS marketplace.disputes;
CREATE VIEW marketplace.disputes AS SELECT contract_id, id, opened_by, opened_at, opened_position, accepted_at, accepted_position, lapsed_at, lapsed_position, cancelled_at, cancelled_position, resolved_at, resolved_position, to_freelancer, to_client FROM marketplace_1.disputes;
DROP VIEW IF EXISTS marketplace.work_weeks;
CREATE VIEW marketplace.work_weeks AS SELECT contract_id, week, id, revision, invoiced_at, invoiced_position, minutes, amount FROM marketplace_1.work_weeks;
DROP VIEW IF EXISTS marketplace.freelancer_stats;
CREATE VIEW marketplace.freelancer_stats AS SELECT freelancer_id, as_of, valid_until, policy, invites_counted, invites_answered, invites_answered_24h, invites_answered_72h, response_rate_bp, median_response_s, response_level, job_success_bp, job_success_displayed, job_success_window_months, job_success_outcomes, job_success_clients, job_success_weight, job_success_successful, job_success_neutral, job_success_negative, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, paid, paid_12m, minutes, minutes_12m, minutes_billed, minutes_billed_12m, clients, clients_last_year, long_term_clients, long_term_bp, funnel_proposals, funnel_interviews, funnel_offers, funnel_hires, funnel_proposals_per_hire, public, available, profile_percent, identity_verified, phone_verified, rising_talent, top_rated, top_rated_met, top_rated_missing, top_rated_plus, top_rated_plus_met, top_rated_plus_missing, connects_balance FROM marketplace_1.freelancer_stats;
DROP VIEW IF EXISTS marketplace.client_stats;
CREATE VIEW marketplace.client_stats AS SELECT client_id, as_of, valid_until, policy, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, spent, standing, contacted_until, signals, next_step, due_since, registered_at, running_contracts, jobs_posted, jobs_with_hire, hire_rate_bp, feedbacks, stars, release_median_s, auto_released_bp, payment_verified FROM marketplace_1.client_stats;
DROP VIEW IF EXISTS marketplace.marketplace_stats;
CREATE VIEW marketplace.marketplace_stats AS SELECT as_of, valid_until, policy, position, weeks_left_out, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, paid, gross_volume, refunds, minutes, contracts_started, hires_invite, hires_proposal, hires_direct, hires_invite_bp, hires_proposal_bp, hires_direct_bp, invites_sent, invites_counted, invites_answered, response_rate_bp, minutes_billed, jobs_posted, proposals, candidates, candidates_per_job, interviews, connects_spent, connects_returned, hires_top_score, hires_top_score_bp, hires_top_rated_plus, hires_top_rated, hires_rising_talent, hires_without_badge, proposals_top_rated_plus, proposals_top_rated, proposals_rising_talent, proposals_without_badge, interviews_top_rated_plus, interviews_top_rated, interviews_rising_talent, interviews_without_badge, proposal_hires_top_rated_plus, proposal_hires_top_rated, proposal_hires_rising_talent, proposal_hires_without_badge, meetings_one_on_one_scheduled, meetings_one_on_one_held, meetings_one_on_one_cancelled, meetings_panel_scheduled, meetings_panel_held, meetings_panel_cancelled, meetings_telephone_scheduled, meetings_telephone_held, meetings_telephone_cancelled, meetings_group_scheduled, meetings_group_held, meetings_group_cancelled, meetings_by_chat, meetings_by_audio, meetings_by_video, meetings_by_in_person, funnel_proposals, funnel_interviews, funnel_offers, funnel_hires, funnel_proposals_per_hire, clients_contacted, improved_bp, first_contract_rising_talent, first_contract_rising_talent_won, first_contract_rising_talent_won_bp, first_contract_rising_talent_paid, first_contract_others, first_contract_others_won, first_contract_others_won_bp, first_contract_others_paid FROM marketplace_1.marketplace_stats;
DROP VIEW IF EXISTS marketplace.marketplace_year;
CREATE VIEW marketplace.marketplace_year AS SELECT policy, gross_volume, refunds, minutes, contracts_started, hires_invite, hires_proposal, hires_direct, hires_invite_bp, hires_proposal_bp, hires_direct_bp, invites_sent, invites_counted, invites_answered, response_rate_bp, minutes_billed, jobs_posted, proposals, candidates, candidates_per_job, interviews, connects_spent, connects_returned, hires_top_score, hires_top_score_bp, hires_top_rated_plus, hires_top_rated, hires_rising_talent, hires_without_badge, proposals_top_rated_plus, proposals_top_rated, proposals_rising_talent, proposals_without_badge, interviews_top_rated_plus, interviews_top_rated, interviews_rising_talent, interviews_without_badge, proposal_hires_top_rated_plus, proposal_hires_top_rated, proposal_hires_rising_talent, proposal_hires_without_badge, meetings_one_on_one_scheduled, meetings_one_on_one_held, meetings_one_on_one_cancelled, meetings_panel_scheduled, meetings_panel_held, meetings_panel_cancelled, meetings_telephone_scheduled, meetings_telephone_held, meetings_telephone_cancelled, meetings_group_scheduled, meetings_group_held, meetings_group_cancelled, meetings_by_chat, meetings_by_audio, meetings_by_video, meetings_by_in_person, contracts_ended, contracts_disputed, dispute_ppm FROM marketplace_1.marketplace_year;
DROP VIEW IF EXISTS marketplace.marketplace_weeks;
CREATE VIEW marketplace.marketplace_weeks AS SELECT week, starts_at, gross_volume, refunds, minutes, contracts_started, hires_invite, hires_proposal, hires_direct, hires_invite_bp, hires_proposal_bp, hires_direct_bp, invites_sent, invites_counted, invites_answered, response_rate_bp, minutes_billed, jobs_posted, proposals, candidates, candidates_per_job, interviews, connects_spent, connects_returned, hires_top_score, hires_top_score_bp, hires_top_rated_plus, hires_top_rated, hires_rising_talent, hires_without_badge, proposals_top_rated_plus, proposals_top_rated, proposals_rising_talent, proposals_without_badge, interviews_top_rated_plus, interviews_top_rated, interviews_rising_talent, interviews_without_badge, proposal_hires_top_rated_plus, proposal_hires_top_rated, proposal_hires_rising_talent, proposal_hires_without_badge, meetings_one_on_one_scheduled, meetings_one_on_one_held, meetings_one_on_one_cancelled, meetings_panel_scheduled, meetings_panel_held, meetings_panel_cancelled, meetings_telephone_scheduled, meetings_telephone_held, meetings_telephone_cancelled, meetings_group_scheduled, meetings_group_held, meetings_group_cancelled, meetings_by_chat, meetings_by_audio, meetings_by_video, meetings_by_in_person, contracts_ended, contracts_disputed, dispute_ppm FROM marketplace_1.marketplace_weeks;
DROP VIEW IF EXISTS marketplace.checkpoints;
CREATE VIEW marketplace.checkpoints AS SELECT partition, position, log_id, event_id, event_position, event_digest, head_position, updated_at, stopped_position, stopped_reason FROM marketplace_1.checkpoints;
UPDATE marketplace.model_versions SET state = $1 WHERE state = $2;
UPDATE marketplace.model_versions SET state = $1 WHERE version = $2;
