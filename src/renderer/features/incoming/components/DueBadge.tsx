import { Badge } from '@mantine/core';
import type { IncomingState } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import { daysBetween, type LocalDate } from '@shared/kernel/local-date';

const look = {
  onTime: { color: 'teal', variant: 'light' },
  dueSoon: { color: 'yellow.9', variant: 'light' },
  today: { color: 'orange.9', variant: 'filled' },
  overdue: { color: 'red', variant: 'filled' },
} as const;

const FINISHED: ReadonlySet<IncomingState> = new Set([
  'hoanThanh',
  'deBiet',
  'daLuu',
  'tuChoi',
  'biThuHoi',
  'huySoDen',
]);
const SOON_DAYS = 2;

interface DueBadgeProps {
  readonly dueDate: string | null;
  readonly state: IncomingState;
  readonly today: LocalDate;
}

/** Calendar days to the due date, while someone still has to act. */
export function DueBadge({ dueDate, state, today }: DueBadgeProps) {
  if (dueDate === null || FINISHED.has(state)) return null;
  const days = daysBetween(today, dueDate as LocalDate);
  const urgency =
    days < 0 ? 'overdue' : days === 0 ? 'today' : days <= SOON_DAYS ? 'dueSoon' : 'onTime';
  return (
    <Badge {...look[urgency]} tt="none" radius="sm">
      {t(`incoming.due.${urgency}`, { days: Math.abs(days) })}
    </Badge>
  );
}
