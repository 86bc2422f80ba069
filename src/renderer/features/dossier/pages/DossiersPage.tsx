import { Box, Button, Kbd, Loader, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { RowTable } from '../../../ui/RowTable';
import { useShortcut } from '../../../ui/use-shortcut';
import { DossierCells } from '../components/DossierCells';
import { OpenDossierDialog } from '../components/OpenDossierDialog';
import { useDossiers } from '../hooks/use-dossiers';

interface DossiersPageProps {
  readonly onOpen: (id: string) => void;
}

/** "Hồ sơ hạn chế": the dossiers that this person is a member of. */
export function DossiersPage({ onOpen }: DossiersPageProps) {
  const live = useDossiers();
  const { organs } = useCurrentSession();
  const roleFor = useRoleFor('openDossier');
  const canOpen = organs.some(({ id }) => roleFor(id) !== undefined);
  const [selectedId, setSelectedId] = useState<string>();
  const [isOpening, setOpening] = useState(false);
  useShortcut('F2', () => setOpening(true), canOpen && !isOpening);

  return (
    <Stack h="100%" p="md" gap="sm">
      <Box>
        <PageHeader
          title={t('dossier.list.title')}
          {...(live.status === 'ready'
            ? { detail: t('dossier.list.count', { count: live.value.length }) }
            : {})}
        >
          {canOpen ? (
            <Button
              leftSection={<IconPlus size={18} aria-hidden />}
              rightSection={<Kbd size="xs">{t('dossier.list.openKey')}</Kbd>}
              onClick={() => setOpening(true)}
            >
              {t('dossier.open.button')}
            </Button>
          ) : null}
        </PageHeader>
        <Text>{t('dossier.list.intro')}</Text>
      </Box>
      {live.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
      {live.status === 'failed' ? <FailureNotice code={live.failure.code} /> : null}
      {live.status === 'ready' && live.value.length === 0 ? (
        <EmptyState title={t('dossier.list.empty')} hint={t('dossier.list.emptyHint')} />
      ) : null}
      {live.status === 'ready' && live.value.length > 0 ? (
        <RowTable
          label={t('dossier.list.title')}
          columns={columns.map((key) => t(key))}
          widths="minmax(14rem, 3fr) minmax(8rem, 1.2fr) 8rem 10rem 9.5rem"
          cells={DossierCells}
          rows={live.value}
          total={live.value.length}
          selectedId={selectedId}
          onSelect={setSelectedId}
          onOpen={onOpen}
          onNearEnd={() => undefined}
        />
      ) : null}
      {isOpening ? <OpenDossierDialog onClose={() => setOpening(false)} /> : null}
    </Stack>
  );
}

const columns = [
  'dossier.list.columnTitle',
  'dossier.list.columnOwner',
  'dossier.list.columnMembers',
  'dossier.list.columnOpened',
  'dossier.list.columnMark',
] as const;
