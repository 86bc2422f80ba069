import { Button, Fieldset, Group, Loader, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { DossierDocument } from '../../../data/repositories/dossier-repository';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useDossierDocuments } from '../hooks/use-dossiers';

interface DossierDocumentsProps {
  readonly dossierId: string;
  readonly onOpen: (document: DossierDocument) => void;
}

/** What lies in the dossier. */
export function DossierDocuments({ dossierId, onOpen }: DossierDocumentsProps) {
  const live = useDossierDocuments(dossierId);
  const count = live.status === 'ready' ? live.value.length : 0;
  return (
    <Fieldset legend={t('dossier.documents.title', { count })} bg="white">
      <Stack gap="xs">
        {live.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
        {live.status === 'failed' ? <FailureNotice code={live.failure.code} /> : null}
        {live.status === 'ready' && count === 0 ? (
          <Text>{t('dossier.documents.empty')}</Text>
        ) : null}
        {live.status === 'ready'
          ? live.value.map((one) => (
              <Group key={one.id} justify="space-between" wrap="nowrap">
                <Text style={{ overflowWrap: 'anywhere' }}>
                  <strong>{one.code}</strong> {one.subject}
                </Text>
                <Button
                  variant="default"
                  style={{ flexShrink: 0 }}
                  aria-label={t('dossier.documents.openNamed', { name: one.subject })}
                  onClick={() => onOpen(one)}
                >
                  {t('dossier.documents.open')}
                </Button>
              </Group>
            ))
          : null}
      </Stack>
    </Fieldset>
  );
}
