import { Box, Button, Group, Loader, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import { BOOK_ROWS, EVERY_NUMBER } from '../../../data/repositories/register-book';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { PrintDialog } from '../../../ui/PrintDialog';
import { useShortcut } from '../../../ui/use-shortcut';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { useRoleFor } from '../../../data/session';
import { FileViewer } from '../../viewer';
import { OpeningDialog } from '../components/OpeningDialog';
import { OpeningPanel } from '../components/OpeningPanel';
import { BookSheet } from '../components/BookSheet';
import { OtherNumbers } from '../components/OtherNumbers';
import { useBook, useOrgan } from '../hooks/use-book';
import { useRegisters } from '../hooks/use-registers';

interface RegisterBookPageProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** What stands in one book, and the way to paper. */
export function RegisterBookPage({ id, onClose }: RegisterBookPageProps) {
  const registers = useRegisters();
  const [viewed, setViewed] = useState<AttachedFile>();
  useShortcut('Escape', onClose, viewed === undefined);
  if (viewed) return <FileViewer file={viewed} onClose={() => setViewed(undefined)} />;
  const row =
    registers.status === 'ready'
      ? registers.value.find(({ register }) => register.id === id)
      : undefined;
  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader
        title={row ? `${row.register.name} ${row.register.year}` : t('register.page')}
        before={
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            onClick={onClose}
            style={{ flexShrink: 0 }}
          >
            {t('common.back')}
          </Button>
        }
      />
      {registers.status === 'loading' ? <Loader /> : null}
      {registers.status === 'failed' ? <FailureNotice code={registers.failure.code} /> : null}
      {registers.status === 'ready' && !row ? (
        <EmptyState title={t('register.empty')} hint={t('register.emptyHint')} />
      ) : null}
      {row?.holding.opening ? (
        <OpeningPanel row={row} opening={row.holding.opening} onViewScan={setViewed} />
      ) : null}
      {row ? (
        <Tabs defaultValue="all" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="all">{t('register.book.all')}</Tabs.Tab>
            <Tabs.Tab value="others">{t('register.book.others')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="all">
            <Book row={row} />
          </Tabs.Panel>
          <Tabs.Panel value="others">
            <OtherNumbers row={row} />
          </Tabs.Panel>
        </Tabs>
      ) : null}
    </Box>
  );
}

function Book({ row }: { readonly row: RegisterRow }) {
  const { register, holding } = row;
  const [isOpening, setOpening] = useState(false);
  const role = useRoleFor('leadRegister')(register.organId);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [isPrinting, setPrinting] = useState(false);
  const organ = useOrgan(register.organId);
  const rows = useBook(register.id, {
    from: numberFrom(from) ?? EVERY_NUMBER.from,
    to: numberFrom(to) ?? EVERY_NUMBER.to,
  });
  const shown = rows.status === 'ready' ? rows.value : [];
  const isUntouched =
    holding.state === 'SERVER' && holding.openedAfter === 0 && register.status === 'dangMo';
  const mayOpen = isUntouched && holding.opening === null && from === '' && to === '';
  const sheet = <BookSheet register={register} organ={organ} rows={shown} />;
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        <TextInput
          label={t('register.book.fromNumber')}
          inputMode="numeric"
          autoComplete="off"
          w={110}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label={t('register.book.toNumber')}
          inputMode="numeric"
          autoComplete="off"
          w={110}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Text c="dark.3" pb={8} flex={1}>
          {t('register.book.rangeHint', { count: BOOK_ROWS })}
        </Text>
        <Button
          leftSection={<IconPrinter size={18} aria-hidden />}
          disabled={shown.length === 0}
          onClick={() => setPrinting(true)}
        >
          {t('register.book.print')}
        </Button>
      </Group>
      {rows.status === 'loading' ? <Loader /> : null}
      {rows.status === 'failed' ? <FailureNotice code={rows.failure.code} /> : null}
      {rows.status === 'ready' && shown.length === 0 ? (
        <EmptyState title={t('register.book.empty')} hint={t('register.book.emptyHint')}>
          {mayOpen && role ? (
            <Button variant="default" onClick={() => setOpening(true)}>
              {t('register.opening.button')}
            </Button>
          ) : null}
        </EmptyState>
      ) : null}
      {isOpening && role ? (
        <OpeningDialog row={row} role={role} onClose={() => setOpening(false)} />
      ) : null}
      {shown.length > 0 ? (
        <Box className="print-sheet" p="md">
          {sheet}
        </Box>
      ) : null}
      {isPrinting ? (
        <PrintDialog
          title={t('register.book.printTitle')}
          paper="wide"
          onClose={() => setPrinting(false)}
        >
          {sheet}
        </PrintDialog>
      ) : null}
    </Stack>
  );
}

const numberFrom = (typed: string): number | undefined =>
  /^\d{1,7}$/.test(typed.trim()) ? Number(typed.trim()) : undefined;
