import { Box, Button, Group, Kbd, Progress, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconPaperclip } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Agency } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import { t } from '@shared/i18n/translate';
import { useCurrentSession } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useLeaveGuard, useSaveBeforeLeave } from '../../../ui/leave-guard';
import { PageHeader } from '../../../ui/PageHeader';
import { useShortcut } from '../../../ui/use-shortcut';
import type { CheckContext } from '../check-row';
import { useBatch, useBatchView } from '../hooks/use-batch';
import { useHandIn } from '../hooks/use-hand-in';
import type { OpenedBatch } from '../hooks/use-workbench';
import { addFileRows, BatchGrid } from './BatchGrid';
import { BatchSettingsFields } from './BatchSettingsFields';
import { HandInSummary } from './HandInSummary';
import { SecrecyStatement } from './SecrecyStatement';

interface BatchEntryProps {
  readonly opened: OpenedBatch;
  readonly registers: readonly Register[];
  readonly agencies: readonly Agency[];
  readonly onClose: () => void;
  readonly onOpen: (documentId: string) => void;
}

export function BatchEntry({ opened, registers, agencies, onClose, onOpen }: BatchEntryProps) {
  const { user } = useCurrentSession();
  const [today] = useState(todayInVietnam);
  const batch = useBatch(opened, registers, today);
  const { store, files, failure, save } = batch;
  const { paperIds, settings, statement, undo, mark } = useBatchView(store);
  const context = useMemo<CheckContext>(
    () => ({ today, settings, registers, agencies }),
    [today, settings, registers, agencies],
  );
  const handIn = useHandIn(batch, opened.workbench, context);
  const [isStatementAsked, setStatementAsked] = useState(false);
  const statementField = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const count = paperIds.length;
  const isWaiting = paperIds.some((id) =>
    store.view(id)?.transfers.some(({ state }) => state.status === 'waiting'),
  );

  useEffect(() => {
    frame.current?.querySelector<HTMLElement>('[data-column="issuerName"]')?.focus();
  }, []);
  useSaveBeforeLeave(save);
  // Rows are kept; scans that wait for the statement lie in this page's memory alone.
  useLeaveGuard(() => isWaiting);

  const submit = async () => {
    if (count === 0 || handIn.isBusy) return;
    if (!statement) {
      setStatementAsked(true);
      statementField.current?.focus();
      return;
    }
    await handIn.submit();
    const wrong = frame.current?.querySelector<HTMLElement>('[data-column][aria-invalid="true"]');
    (wrong ?? frame.current?.querySelector<HTMLElement>('[data-column="issuerName"]'))?.focus();
  };
  const takeBack = () => {
    if (!handIn.isBusy) store.undo();
  };

  useShortcut('Ctrl+Enter', () => void submit());
  useShortcut('Ctrl+S', () => void save());
  useShortcut('F8', takeBack, undo !== undefined);
  useShortcut('Escape', onClose);

  return (
    <Stack ref={frame} h="100%" gap="xs" pt="sm">
      <Box px="md">
        <PageHeader
          title={t('batch.title')}
          {...(count === 0 ? {} : { detail: t(`batch.count.${mark}`, { count }) })}
        >
          {undo ? (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={18} aria-hidden />}
              rightSection={<Kbd size="xs">{t('batch.undoKey')}</Kbd>}
              onClick={takeBack}
            >
              {t(`batch.undo.${undo}`)}
            </Button>
          ) : null}
          <Button
            variant="default"
            leftSection={<IconPaperclip size={18} aria-hidden />}
            disabled={handIn.isBusy}
            onClick={() => chooser.current?.click()}
          >
            {t('batch.files.add')}
          </Button>
          <input
            ref={chooser}
            data-files="rows"
            type="file"
            multiple
            hidden
            tabIndex={-1}
            aria-hidden
            onChange={(event) => {
              const chosen = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = '';
              addFileRows(batch, chosen);
            }}
          />
        </PageHeader>
        <BatchSettingsFields
          settings={settings}
          registers={registers}
          isBusy={handIn.isBusy}
          onChange={(next) => store.setSettings(next)}
        />
      </Box>
      <Stack gap="xs" px="md" flex={1} mih={0} style={{ overflowY: 'auto' }}>
        {failure ? (
          <FailureNotice
            code={failure.code}
            title={t('incoming.form.notSavedTitle')}
            onRetry={() => void save()}
          />
        ) : null}
        {handIn.summary ? (
          <HandInSummary summary={handIn.summary} onOpen={onOpen} onClose={handIn.closeSummary} />
        ) : null}
        <BatchGrid batch={batch} context={context} isBusy={handIn.isBusy} onOpen={onOpen} />
        <Text size="sm" c="dark.3">
          {t(count === 0 ? 'batch.emptyHint' : 'batch.keys')}
        </Text>
      </Stack>
      <Group
        justify="space-between"
        wrap="nowrap"
        px="md"
        py="xs"
        bg="white"
        style={{ borderTop: '1px solid var(--mantine-color-gray-3)' }}
      >
        <SecrecyStatement
          count={count}
          userName={user.fullName}
          statement={statement}
          reason={
            isWaiting
              ? t('batch.files.needStatement')
              : isStatementAsked && count > 0
                ? t('batch.invalid.notSecretConfirmed')
                : undefined
          }
          isBusy={handIn.isBusy}
          field={statementField}
          onChange={(isConfirmed) => {
            if (isConfirmed) store.confirm(Date.now());
            else store.unconfirm();
            setStatementAsked(false);
            void files.start();
          }}
        />
        <Group gap="sm" wrap="nowrap" style={{ flexShrink: 0 }}>
          {handIn.progress ? (
            <Box w={220}>
              <Text size="sm">{t('batch.progress', { ...handIn.progress })}</Text>
              <Progress
                value={(100 * handIn.progress.done) / Math.max(1, handIn.progress.total)}
                aria-label={t('batch.submit')}
              />
            </Box>
          ) : null}
          <Button
            variant="default"
            onClick={onClose}
            rightSection={<Kbd size="xs">{t('batch.backKey')}</Kbd>}
          >
            {t('common.back')}
          </Button>
          <Button
            size="md"
            loading={handIn.isBusy}
            disabled={count === 0}
            onClick={() => void submit()}
            rightSection={<Kbd size="xs">{t('batch.submitKey')}</Kbd>}
          >
            {t('batch.submit')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
