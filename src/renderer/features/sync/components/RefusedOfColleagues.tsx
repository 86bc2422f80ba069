import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { describeFailure } from '@shared/i18n/failures';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { PeerWorkView } from '@shared/ipc/hub';
import { useRecordTitles } from '../hooks/use-record-titles';
import { actLabel } from '../work-groups';

interface RefusedOfColleaguesProps {
  readonly refused: PeerWorkView['refused'];
  readonly onRead: (opId: string) => void;
}

/** What colleagues did, was shown here, and the server did not take (sync §20): said until somebody has read it. */
export function RefusedOfColleagues({ refused, onRead }: RefusedOfColleaguesProps) {
  const titles = useRecordTitles(refused.map(({ target }) => target.id));
  return refused.map(({ opId, target, kind, code, name, at }) => (
    <Alert key={opId} color="orange" role="status">
      <Stack gap="xs">
        <Text fw={600}>{titles.get(target.id) ?? t('sync.item.unnamed')}</Text>
        <Text>
          {t('sync.peers.refused', {
            act: actLabel({ kind, target }),
            name: name || t('sync.peers.unknown'),
            at: formatInstant(at),
          })}
        </Text>
        <Text size="sm">
          {describeFailure(code).what}{' '}
          {t('common.reference', { reference: describeFailure(code).reference })}
        </Text>
        <Group>
          <Button variant="default" onClick={() => onRead(opId)}>
            {t('sync.peers.read')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  ));
}
