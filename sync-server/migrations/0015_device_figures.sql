-- What a workstation last said of itself with an exchange (sync §15), `DeviceFigures` in shared/sync/devices.ts: figures
-- alone. Shown to administrators, decides nothing (I-17).
alter table device add column figures jsonb, add column figures_at timestamptz;
-- Was never written; the figures have it.
alter table device drop column clock_difference_ms;
