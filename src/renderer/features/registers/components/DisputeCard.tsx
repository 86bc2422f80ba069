import { Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Role } from '@shared/domain/organ/user';
import { printNumber } from '@shared/domain/register/allocate-number';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { localDateAt } from '@shared/kernel/local-date';
import type { Failure, Result } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { NumberedPaper, OpenDispute } from '../../../data/repositories/register-book';
import { useRoleFor } from '../../../data/session';
import { useNow } from '../../../data/use-now';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { actOnPaper } from '../commands/register-acts';
import { waysOut } from '../ways-out';
import { CorrectDateDialog } from './CorrectDateDialog';
import { RenumberNotice } from './RenumberNotice';

interface DisputeCardProps {
  readonly dispute: OpenDispute;
  /** What the book is called. */
  readonly register: string;
  /** Left out on the document's own page. */
  readonly onOpenDocument?: ((paper: NumberedPaper) => void) | undefined;
}

/** A number that two papers claim, or that does not fit the book: both sides, and the ways out for a leader. */
export function DisputeCard({ dispute, register, onOpenDocument }: DisputeCardProps) {
  const heading = useId();
  const roleFor = useRoleFor('settleNumber');
  const number = printNumber(dispute.number);
  const reason = dispute.papers[0]?.dispute?.reason ?? 'taken';
  const isAlone = dispute.papers.length === 1;
  const organId = dispute.papers[0]?.organId ?? '';
  return (
    <Paper withBorder radius="md" p="md" component="article" aria-labelledby={heading}>
      <Stack gap="sm">
        <Text fw={700} id={heading}>
          {t('register.dispute.heading', { register, number })}
        </Text>
        <Text>{t(`register.dispute.reason.${reason}`)}</Text>
        <SimpleGrid cols={2} spacing="md">
          {dispute.papers.map((paper) => (
            <Side
              key={paper.id}
              paper={paper}
              dispute={dispute}
              register={register}
              role={roleFor(paper.organId)}
              onOpen={onOpenDocument && (() => onOpenDocument(paper))}
            />
          ))}
          {isAlone ? (
            <Paper withBorder radius="sm" p="sm">
              <Text>{rowText(dispute)}</Text>
            </Paper>
          ) : null}
        </SimpleGrid>
        {roleFor(organId) === undefined ? (
          <Text size="sm">{t('register.dispute.notYours')}</Text>
        ) : null}
      </Stack>
    </Paper>
  );
}

function rowText({ entry }: OpenDispute): string {
  if (entry === null) return t('register.dispute.noRow');
  if (entry.kind === 'voided') return t('register.dispute.voidedRow');
  return t(entry.kind === 'placeholder' ? 'register.dispute.keptRow' : 'register.dispute.inBook');
}

interface SideProps {
  readonly paper: NumberedPaper;
  readonly dispute: OpenDispute;
  readonly register: string;
  readonly role: Role | undefined;
  readonly onOpen: (() => void) | undefined;
}

function Side({ paper, dispute, register, role, onOpen }: SideProps) {
  const bridge = useBridge();
  const today = localDateAt(useNow());
  const [failure, setFailure] = useState<Failure>();
  const [isCorrecting, setCorrecting] = useState(false);
  const [isNoticeOpen, setNoticeOpen] = useState(false);
  const ways = role === undefined ? [] : waysOut(dispute, paper);
  const number = printNumber(dispute.number);

  const decide = async (
    decision: 'correctDate' | 'renumber' | 'keep',
    date: string | null = null,
  ): Promise<Result<void>> => {
    const saved: Result<void> =
      role === undefined
        ? { ok: false, error: { code: 'register.not-allowed' } }
        : await actOnPaper(bridge, paper, {
            kind: 'cmd.resolveDispute',
            role,
            body: { decision, date },
          });
    setFailure(saved.ok ? undefined : saved.error);
    return saved;
  };

  return (
    <Paper withBorder radius="sm" p="sm" bg={paper.number === null ? 'orange.0' : 'teal.0'}>
      <Stack gap="xs" h="100%" justify="space-between">
        <div>
          <Text size="sm" fw={600}>
            {t(paper.number === null ? 'register.dispute.claims' : 'register.dispute.inBook')}
          </Text>
          <Text size="lg" style={{ overflowWrap: 'anywhere' }}>
            {[paper.codeDisplay, paper.subject].filter((part) => part !== '').join(' – ')}
          </Text>
          <Text>{paper.from}</Text>
          <Text size="sm" c="dark.5">
            {t('register.dispute.date', {
              date: formatDate(paper.dispute?.date ?? null) || t('register.dispute.noDate'),
            })}
          </Text>
        </div>
        {failure ? (
          <FailureNotice code={failure.code} title={t('register.dispute.failed')} />
        ) : null}
        <Group gap="xs">
          {ways.includes('correctDate') ? (
            <Button variant="default" onClick={() => setCorrecting(true)}>
              {t('register.dispute.correctDate')}
            </Button>
          ) : null}
          {ways.includes('renumber') ? (
            <ConfirmButton
              label={t('register.dispute.renumber')}
              question={t('register.dispute.renumberAsk', { number })}
              onConfirm={() => void decide('renumber')}
            />
          ) : null}
          {ways.includes('keep') ? (
            <ConfirmButton
              label={t('register.dispute.keep')}
              question={t('register.dispute.keepAsk')}
              onConfirm={() => void decide('keep')}
            />
          ) : null}
          {paper.number === null ? (
            <Button
              variant="default"
              leftSection={<IconPrinter size={18} aria-hidden />}
              onClick={() => setNoticeOpen(true)}
            >
              {t('register.dispute.notice')}
            </Button>
          ) : null}
          {onOpen ? (
            <Button variant="light" onClick={onOpen}>
              {t('register.dispute.openDocument')}
            </Button>
          ) : null}
        </Group>
      </Stack>
      {isCorrecting ? (
        <CorrectDateDialog
          number={number}
          date={paper.dispute?.date ?? null}
          today={today}
          onGiven={(date) => decide('correctDate', date)}
          onClose={() => setCorrecting(false)}
        />
      ) : null}
      {isNoticeOpen ? (
        <RenumberNotice
          paper={paper}
          number={number}
          register={register}
          onClose={() => setNoticeOpen(false)}
        />
      ) : null}
    </Paper>
  );
}
