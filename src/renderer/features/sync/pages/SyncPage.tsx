import { Box, Loader, Stack, Tabs, Text } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { vi } from '@shared/i18n/vi';
import { t } from '@shared/i18n/translate';
import type { HeldNotice } from '@shared/sync/acts/held-work';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import type { RefusedWork } from '../../../data/refused-work';
import { useBackupStatus } from '../../../data/use-backup-status';
import { useLiveKeeping } from '../../../data/use-live';
import { useNow } from '../../../data/use-now';
import { useHeldWorkRepository } from '../../../data/workspace';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { StatusDetails } from '../components/StatusDetails';
import { RefusedOfColleagues } from '../components/RefusedOfColleagues';
import { WorkCard } from '../components/WorkCard';
import type { Live } from '../../../data/live';
import { workText, type SyncFacts } from '../headline';
import { useRecordTitles } from '../hooks/use-record-titles';
import { useRefusedOfColleagues, useSyncFacts, useWorkItems } from '../hooks/use-sync-status';
import {
  copyTextOf,
  freshOf,
  groupWork,
  mendingOf,
  type MendingForm,
  type WorkGroup,
  type WorkItem,
} from '../work-groups';

interface SyncPageProps {
  readonly onOpenDocument: (document: {
    readonly id: string;
    readonly type: WorkGroup['type'];
  }) => void;
  /** Opens the form filled with what was refused; the refused acts leave the list once the new one is saved. */
  readonly onCorrect: (
    form: MendingForm,
    target: { readonly id: string },
    refused: RefusedWork,
  ) => void;
  /** The way for work that cannot wait for the line. */
  readonly transfer?: ReactNode;
  /** What a machine whose history forked is asked for, and what it left (§13.3). */
  readonly forked?: ReactNode;
}

/** Where the status line leads: what has not been sent, and what needs a person. */
export function SyncPage({ onOpenDocument, onCorrect, transfer, forked }: SyncPageProps) {
  const bridge = useBridge();
  const facts = useSyncFacts();
  const backup = useBackupStatus();
  const items = useWorkItems();
  const refused = useRefusedOfColleagues();
  const [failure, setFailure] = useState<Failure>();
  const [isSending, setSending] = useState(false);
  const nowMs = useNow();
  const heldWork = useHeldWorkRepository();
  const notices = useLiveKeeping(useMemo(() => heldWork.watchNotices(), [heldWork]));

  const sendNow = async () => {
    setSending(true);
    const answer = await ask(bridge, 'sync.now', undefined);
    setSending(false);
    setFailure(answer.ok ? undefined : answer.error);
  };
  const dismiss = async (acts: readonly { readonly opId: string }[]) => {
    for (const { opId } of acts) {
      const answer = await ask(bridge, 'operations.dismiss', { opId });
      if (!answer.ok) return setFailure(answer.error);
    }
  };

  const resend = async (refused: readonly WorkItem[]) => {
    const answer = await ask(bridge, 'operations.append', {
      drafts: refused.map(({ kind, target, body, role }) => ({
        kind,
        target,
        base: null,
        body,
        role,
      })),
      replaces: refused.map(({ opId }) => opId),
    });
    setFailure(answer.ok ? undefined : answer.error);
  };

  const all = items.status === 'ready' ? items.value : [];
  const pendingActs = all.filter(({ state }) => state === 'pending');
  const pending = groupWork(pendingActs);
  const attention = groupWork(all.filter(({ state }) => state !== 'pending'));
  const titles = useRecordTitles([...pending, ...attention].map(({ targetId }) => targetId));

  const card = (group: WorkGroup, isAttention: boolean) => {
    const { creation, targetId: id } = group;
    const mending = isAttention ? mendingOf(group) : undefined;
    const fresh = isAttention ? freshOf(group) : undefined;
    return (
      <WorkCard
        key={group.targetId}
        group={group}
        title={group.title ?? titles.get(group.targetId) ?? t('sync.item.unnamed')}
        nowMs={nowMs}
        notices={notices.status === 'ready' ? notices.value : NO_NOTICES}
        textToCopy={copyTextOf(group, fieldLabel)}
        onOpen={
          isAttention && creation
            ? undefined
            : () => onOpenDocument({ id: group.targetId, type: group.type })
        }
        onCorrect={
          mending?.by === 'form'
            ? () => onCorrect(mending.form, { id }, mending.refused)
            : undefined
        }
        onCopyToNew={fresh && (() => onCorrect(fresh.form, { id }, fresh.refused))}
        onResend={mending?.by === 'resending' ? () => void resend(mending.items) : undefined}
        onDismiss={isAttention ? () => void dismiss(group.items) : undefined}
      />
    );
  };

  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('sync.page.title')} />
      <Stack gap="md" maw={1000}>
        {failure ? <FailureNotice code={failure.code} /> : null}
        {facts.status === 'failed' ? <FailureNotice code={facts.failure.code} /> : null}
        {facts.status === 'ready' ? (
          <StatusDetails
            facts={facts.value}
            backup={backup.status === 'ready' ? backup.value : undefined}
            nowMs={nowMs}
            onSendNow={() => void sendNow()}
            isSending={isSending}
          />
        ) : null}
        {forked}
        {items.status === 'loading' ? <Loader /> : null}
        {items.status === 'failed' ? <FailureNotice code={items.failure.code} /> : null}
        {items.status === 'ready' ? (
          <Tabs
            key={attention.length + refused.length > 0 ? 'attention' : 'pending'}
            defaultValue={attention.length + refused.length > 0 ? 'attention' : 'pending'}
            keepMounted={false}
          >
            <Tabs.List mb="md">
              <Tabs.Tab value="attention">
                {t('sync.page.attention', {
                  count: all.length - pendingActs.length + refused.length,
                })}
              </Tabs.Tab>
              <Tabs.Tab value="pending">
                {t('sync.page.pending', { count: pendingActs.length })}
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="attention">
              <Stack>
                {attention.length + refused.length === 0 ? (
                  <EmptyState title={t('sync.page.attentionEmpty')} />
                ) : null}
                {attention.length > 0 ? <Text>{t('sync.page.attentionIntro')}</Text> : null}
                <RefusedOfColleagues
                  refused={refused}
                  onRead={(opId) => void dismiss([{ opId }])}
                />
                {attention.map((group) => card(group, true))}
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="pending">
              <Stack>
                {pending.length === 0 ? <EmptyState title={emptyText(facts)} /> : null}
                {pending.map((group) => card(group, false))}
              </Stack>
            </Tabs.Panel>
          </Tabs>
        ) : null}
        {transfer}
      </Stack>
    </Box>
  );
}

const NO_NOTICES: ReadonlyMap<string, HeldNotice> = new Map();

/** Acts that all arrived may still have files on their way (I-21). */
const emptyText = (facts: Live<SyncFacts>): string =>
  facts.status === 'ready' && facts.value.status.pendingFiles > 0
    ? t('sync.headline.pending', { work: workText(facts.value.status) })
    : t('sync.page.pendingEmpty');

const labels: Readonly<Record<string, string>> = { ...vi.outgoing.field, ...vi.incoming.field };

/** What a clerk calls a field; inner ids have no name and are not copied. */
const fieldLabel = (field: string): string | undefined =>
  field.endsWith('Id') && field !== 'documentTypeId' ? undefined : labels[field];
