-- A year of the kabupaten on PostgreSQL, in the order of the tables' keys. Statements end with a semicolon at a line's
-- end; :now is the present moment, :sealed any sealed text, :sealed_json any sealed structure, :phone a sealed number.
-- Persons, contacts, pregnancies, helpers and the registers are there already (bench/kabupaten.py).

SELECT setseed(0.5);

INSERT INTO visit (pregnancy_id, kind, "on", status, reporter, reported_at)
SELECT p.id, v.kind, (p.hpht + v.day + (random() * 10)::int), CASE WHEN random() < 0.6 THEN 'verified' ELSE 'reported' END,
       :phone, p.hpht + v.day + interval '12 days'
FROM pregnancy p CROSS JOIN (VALUES ('K1', 70), ('K2', 120), ('K3', 160), ('K4', 196), ('K5', 224), ('K6', 252),
     ('KF1', 281), ('KF2', 286), ('KF3', 300), ('KF4', 312), ('KN1', 281), ('KN2', 285), ('KN3', 300)) AS v (kind, day)
WHERE p.hpht + v.day + 10 <= CAST(:now AS date) AND p.hpht + v.day >= CAST(p.opened_at AS date) - 7
  AND (v.day < 280 OR p.status = 'delivered') AND random() < 0.85;

INSERT INTO birth (pregnancy_id, "on", place_kind, helper, weight_g, baby_alive, reported_at)
SELECT id, CAST(closed_at AS date), (ARRAY['puskesmas', 'hospital', 'midwife', 'clinic', 'home'])[1 + (id % 20) / 4],
       'midwife', 3100, true, closed_at
FROM pregnancy WHERE status = 'delivered';

INSERT INTO eligibility_answer (contact_id, person_id, at, rule, path, status, reasons)
SELECT p.contact_id, p.id, p.created_at + n * interval '20 days', 'R1',
       (ARRAY['JKN_ACTIVE', 'PBI_REACTIVATION', 'PBPU_ARREARS', 'PROGRAMME_SKTM', 'PROPOSE_PBI', 'UNKNOWN'])[1 + (p.id + n) % 6],
       'likely', '[]'
FROM woman p CROSS JOIN generate_series(0, 1) AS n
WHERE p.created_at + n * interval '20 days' < :now AND (n = 0 OR random() < 0.5);

INSERT INTO alert (kind, status, about, level, taken_by, taken_at, outcome, closed_at, follow_ups, urgent, contact_id,
                   person_id, phone, signs, village_code, at, next_step_at)
SELECT kind, CASE WHEN is_open THEN 'open' ELSE 'closed' END, CASE kind WHEN 'missed_visit' THEN 'K4' END, 0,
       CASE WHEN NOT is_open OR random() < 0.5 THEN CAST(:phone AS bytea) END,
       CASE WHEN NOT is_open OR random() < 0.5 THEN at + random() * interval '30 minutes' END,
       CASE WHEN NOT is_open THEN 'at_facility' END, CASE WHEN NOT is_open THEN at + random() * interval '9 hours' END,
       0, true, contact_id, id, :phone, '["bleeding"]', village_code, at,
       CASE WHEN is_open THEN CAST(:now AS timestamptz) + interval '1 hour' END
FROM (
    SELECT w.*, k.kind, moment.at,
           moment.at > CAST(:now AS timestamptz) - k.open_for AND random() < k.open_share AS is_open
    FROM woman w
    CROSS JOIN (VALUES ('danger_sign', 0.20, interval '2 days', 0.6), ('labour', 0.25, interval '1 day', 0.6),
                       ('missed_visit', 0.35, interval '20 days', 0.4), ('high_risk', 0.10, interval '9 days', 0.3))
         AS k (kind, share, open_for, open_share)
    CROSS JOIN LATERAL (SELECT w.created_at + random() * (CAST(:now AS timestamptz) - w.created_at) AS at) AS moment
    WHERE random() + 0 * w.id < k.share -- named, lest it be thrown once for all women
) AS raised ORDER BY at;

INSERT INTO alert_recipient (alert_id, phone, phone_index, role)
SELECT a.id, :phone, md5((a.id * 3 + n)::text), (ARRAY['cadre', 'midwife', 'driver'])[n]
FROM alert a CROSS JOIN generate_series(1, 3) AS n;

INSERT INTO ride (contact_id, person_id, purpose, urgent, at, village_code, pickup, destination, status, driver_id,
                  asked_at, confirmed_at, picked_up_at, arrived_at, closed_at)
SELECT contact_id, id, CASE WHEN urgent THEN 'birth' ELSE 'visit' END, urgent, at, village_code, :sealed, :sealed,
       CASE WHEN is_open THEN (ARRAY['requested', 'confirmed', 'on_the_way'])[1 + id % 3]
            WHEN random() < 0.1 THEN 'cancelled' ELSE 'done' END,
       1 + id % (SELECT max(d.id) FROM driver d), asked_at, asked_at + random() * interval '15 minutes',
       CASE WHEN NOT is_open THEN at + interval '20 minutes' END, CASE WHEN NOT is_open THEN at + interval '1 hour' END,
       CASE WHEN NOT is_open THEN at + interval '2 hours' END
FROM (
    SELECT w.*, random() < 0.4 AS urgent, moment.at, moment.at - interval '1 hour' AS asked_at,
           moment.at > CAST(:now AS timestamptz) - interval '5 hours' AS is_open
    FROM woman w CROSS JOIN LATERAL (
        SELECT w.created_at + random() * (CAST(:now AS timestamptz) + interval '12 hours' - w.created_at) AS at) AS moment
    WHERE random() < 0.35
) AS asked ORDER BY asked_at;

INSERT INTO ride_offer (ride_id, driver_id, status, at, until, answered_at, past)
SELECT r.id, 1 + (r.id + n) % (SELECT max(d.id) FROM driver d), CASE n WHEN 1 THEN 'accepted' ELSE 'declined' END,
       r.asked_at, r.asked_at + interval '5 minutes', r.asked_at + interval '3 minutes', false
FROM ride r CROSS JOIN generate_series(1, 2) AS n WHERE n = 1 OR random() < 0.5;

INSERT INTO handoff (contact_id, reason, status, at, closed_at, taken_at, last_reply_at, level, waiting_since, her_word,
                     owner)
SELECT contact_id, CASE WHEN random() < 0.1 THEN 'complain' ELSE 'talk_to_human' END,
       CASE WHEN NOT is_open THEN 'closed' WHEN random() < 0.5 THEN 'open' ELSE 'taken' END, at,
       CASE WHEN NOT is_open THEN at + interval '5 hours' END, at + interval '1 hour', at + interval '1 hour', 0, at,
       true, :phone
FROM (
    SELECT w.*, moment.at, moment.at > CAST(:now AS timestamptz) - interval '2 days' AS is_open
    FROM woman w CROSS JOIN LATERAL (
        SELECT w.created_at + random() * (CAST(:now AS timestamptz) - w.created_at) AS at) AS moment
    WHERE random() < 0.3
) AS asked ORDER BY at;

INSERT INTO complaint (number, contact_id, person_id, phone, category, amount, facility, text, told_in, status,
                       routed_to, identity_protected, at, waiting_since, answered_at, closed_at, level)
SELECT 'K-2026-' || lpad(row_number() OVER (ORDER BY at)::text, 6, '0'), contact_id, id, :phone, 'illegal_fee', 50000,
       :sealed, :sealed, '[]', CASE WHEN at > CAST(:now AS timestamptz) - interval '12 days' THEN 'open' ELSE 'closed' END,
       'dinkes', true, at, NULL, at + interval '2 days', at + interval '5 days', 0
FROM (SELECT w.*, w.created_at + random() * (CAST(:now AS timestamptz) - w.created_at) AS at
      FROM woman w WHERE random() < 0.02) AS told;

CREATE TEMP TABLE planned AS
SELECT row_number() OVER (ORDER BY w.created_at, w.id, n) AS id, w.pregnancy_id, w.contact_id, n,
       w.created_at + n * interval '5.2 days' AS due_at,
       w.created_at + n * interval '5.2 days' > COALESCE(w.closed_at, 'infinity') AS is_off
FROM woman w CROSS JOIN generate_series(1, 60) AS n;

CREATE TEMP TABLE said AS
SELECT row_number() OVER (ORDER BY at) AS id, contact_id, kind, at, planned_id, broadcast_id FROM (
    SELECT contact_id, 'reminder' AS kind, due_at AS at, id AS planned_id, NULL::int AS broadcast_id
    FROM planned WHERE due_at < :now AND NOT is_off
    UNION ALL
    SELECT w.contact_id, 'broadcast', CAST(:now AS timestamptz) - b * interval '12 days', NULL, b::int
    FROM woman w CROSS JOIN generate_series(1, 24) AS b
    WHERE w.created_at < CAST(:now AS timestamptz) - b * interval '12 days' AND w.id % 3 = b % 3
) AS of_us;

CREATE TEMP TABLE answered AS
SELECT (SELECT max(id) FROM said) + row_number() OVER () AS id, w.contact_id, random() AS share
FROM woman w CROSS JOIN generate_series(1, CAST(ceil(
    ((SELECT CAST(:messages AS numeric) - count(*) FROM said)) / (SELECT count(*) FROM woman)) AS int)) AS n;

INSERT INTO outbox (id, contact_id, channel, kind, priority, text, used_template, due_at, status, delivery, attempts,
                    doubts, parts_sent, external_index, created_at, sent_at, template)
SELECT s.id, s.contact_id, 'whatsapp', s.kind, 3, :sealed, s.id % 4 > 0, s.at,
       CASE WHEN s.id % 60 = 0 THEN 'dead' ELSE 'sent' END,
       CASE WHEN s.id % 60 = 0 THEN 'failed' WHEN s.id % 10 < 6 THEN 'read' WHEN s.id % 10 < 9 THEN 'delivered' ELSE 'sent' END,
       1, 0, 1, md5('wamid.' || s.id), s.at, s.at + interval '3 seconds', 'anc_before'
FROM said s ORDER BY s.id;

INSERT INTO outbox (id, contact_id, channel, kind, priority, text, used_template, due_at, status, delivery, attempts,
                    doubts, parts_sent, external_index, created_at, sent_at)
SELECT a.id, a.contact_id, 'whatsapp', 'reply', 1, :sealed, false, moment.at, 'sent', 'read', 1, 0, 1, md5('wamid.' || a.id),
       moment.at, moment.at
FROM answered a JOIN woman w ON w.contact_id = a.contact_id
CROSS JOIN LATERAL (SELECT w.created_at + a.share * (CAST(:now AS timestamptz) - w.created_at) AS at) AS moment;

INSERT INTO inbox (channel, external_index, contact_id, content, priority, received_at, due_at, status, attempts,
                   told_to_wait, trace)
SELECT 'whatsapp', md5('in.' || a.id), a.contact_id, :sealed_json, 1, moment.at, moment.at, 'done', 1, false, :sealed_json
FROM answered a JOIN woman w ON w.contact_id = a.contact_id
CROSS JOIN LATERAL (SELECT w.created_at + a.share * (CAST(:now AS timestamptz) - w.created_at) AS at) AS moment;

INSERT INTO reminder (id, pregnancy_id, kind, visit, step, about, last_on, with_doctor, merge, text, recipient, key,
                      due_at, status, sent_at, outbox_id, answered)
SELECT p.id, p.pregnancy_id, CASE WHEN p.n % 5 < 2 THEN 'anc' ELSE 'education' END, 'K' || (1 + p.n / 10),
       CASE p.n % 5 WHEN 0 THEN 'before' WHEN 1 THEN 'after' ELSE 'once' END, CAST(p.due_at AS date) + 1,
       CAST(p.due_at AS date) + 2, false, true, 'anc_before', 'mother', 'bench:' || p.id, p.due_at,
       CASE WHEN p.is_off THEN 'cancelled' WHEN p.due_at < :now THEN 'sent' ELSE 'planned' END,
       CASE WHEN s.id IS NOT NULL THEN s.at END, s.id, CASE WHEN p.n % 5 = 1 AND p.id % 3 > 0 THEN 'done' END
FROM planned p LEFT JOIN said s ON s.planned_id = p.id ORDER BY p.id;

INSERT INTO broadcast (by, staff_id, audience, text, status, recipients, excluded, due_at, at, finished_at)
SELECT :phone, (SELECT min(id) FROM staff WHERE unit = 'dinkes'),
       '{"who": "mothers", "areas": [], "trimester": null, "only": null}', :sealed, 'done', 13000, '{"stopped": 40}',
       moment.at, moment.at, moment.at + interval '3 hours'
FROM generate_series(1, 24) AS n
CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz) - (25 - n) * interval '12 days' AS at) AS moment;

INSERT INTO broadcast_recipient (broadcast_id, contact_id, outbox_id, handled_at)
SELECT 25 - broadcast_id, contact_id, id, at FROM said WHERE broadcast_id IS NOT NULL;

INSERT INTO audit (at, contact_id, action, subject, detail)
SELECT CAST(:now AS timestamptz) - (500000 - n) * interval '63 seconds', NULL, 'record_seen',
       'person:' || (1 + n % 40000), '{"by": "staff:1"}'
FROM generate_series(1, 500000) AS n;

INSERT INTO audit (at, action, subject) SELECT at, 'complaint_filed', 'complaint:' || id FROM complaint;

INSERT INTO target (year, village_code, kind, count, source, at)
SELECT y, v.code, k.kind, 100, 'Angka rekaan', CAST(:now AS timestamptz) - interval '300 days'
FROM village v CROSS JOIN (VALUES ('pregnant'), ('births'), ('newborns')) AS k (kind) CROSS JOIN generate_series(2025, 2026) AS y
WHERE v.code LIKE '35.07.%';

SELECT setval(pg_get_serial_sequence('outbox', 'id'), (SELECT max(id) FROM outbox));

SELECT setval(pg_get_serial_sequence('reminder', 'id'), (SELECT max(id) FROM reminder));

SELECT setval(pg_get_serial_sequence('person', 'id'), (SELECT max(id) FROM person));

SELECT setval(pg_get_serial_sequence('contact', 'id'), (SELECT max(id) FROM contact));

SELECT setval(pg_get_serial_sequence('pregnancy', 'id'), (SELECT max(id) FROM pregnancy));
