import { Box, Button, Loader, Stack } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { t } from '@shared/i18n/translate';
import type { DossierDocument } from '../../../data/repositories/dossier-repository';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { SavedMark } from '../../../ui/SavedMark';
import { useShortcut } from '../../../ui/use-shortcut';
import { DossierDocuments } from '../components/DossierDocuments';
import { MemberList } from '../components/MemberList';
import { useDossier, useMembersRole } from '../hooks/use-dossiers';

interface DossierPageProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onOpenDocument: (document: DossierDocument) => void;
}

/** One restricted dossier: what lies in it and who sees it. */
export function DossierPage({ id, onClose, onOpenDocument }: DossierPageProps) {
  const live = useDossier(id);
  const roleOf = useMembersRole();
  useShortcut('Escape', onClose);
  const held = live.status === 'ready' ? live.value : null;
  return (
    <Box h="100%" p="md" style={{ overflowY: 'auto' }}>
      <PageHeader
        title={held?.dossier.title ?? t('dossier.list.title')}
        before={
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            style={{ flexShrink: 0 }}
            onClick={onClose}
          >
            {t('common.back')}
          </Button>
        }
      >
        {held ? <SavedMark mark={held.dirty ? 'saved' : 'received'} /> : null}
      </PageHeader>
      {live.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
      {live.status === 'failed' ? <FailureNotice code={live.failure.code} /> : null}
      {live.status === 'ready' && !held ? (
        <EmptyState title={t('dossier.detail.missing')} hint={t('dossier.detail.missingHint')} />
      ) : null}
      {held ? (
        <Stack gap="md" maw={1240}>
          <DossierDocuments dossierId={id} onOpen={onOpenDocument} />
          <MemberList held={held} role={roleOf(held.dossier)} />
        </Stack>
      ) : null}
    </Box>
  );
}
