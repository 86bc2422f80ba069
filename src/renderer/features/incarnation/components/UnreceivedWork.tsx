import { Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useStandings, useUnreceived, type UnreceivedItem } from '../hooks/use-unreceived';
import { UnreceivedCard } from './UnreceivedCard';

interface UnreceivedWorkProps {
  /** What an act is about and what it did, as other pages say it. */
  readonly nameOf: (item: UnreceivedItem) => ReactNode;
}

/**
 * Work that this machine had not sent when its history forked (§13.3). Each is confirmed by a person; the first one has the
 * focus on what is proposed, so that Enter goes through the list. What is not confirmed stays.
 */
export function UnreceivedWork({ nameOf }: UnreceivedWorkProps) {
  const bridge = useBridge();
  const list = useUnreceived();
  const items = list.status === 'ready' ? list.value.items : [];
  const { standings, failure: notCompared, isComparing, compare } = useStandings();
  const [failure, setFailure] = useState<Failure>();
  const [confirmed, setConfirmed] = useState(0);

  if (list.status === 'loading') return <Loader aria-label={t('common.loading')} />;
  if (list.status === 'failed') return <FailureNotice code={list.failure.code} />;
  const { ofOthers } = list.value;
  if (items.length + ofOthers + confirmed === 0) return null;

  const decide = async (channel: 'unreceived.sendAgain' | 'operations.dismiss', opId: string) => {
    const answer = await ask(bridge, channel, { opId });
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) setConfirmed((before) => before + 1);
  };

  return (
    <Paper withBorder radius="md" p="md" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('incarnation.left.title')}
        </Title>
        {items.length === 0 ? (
          <Text role="status">{t('incarnation.left.done')}</Text>
        ) : (
          <>
            <Text>{t('incarnation.left.intro')}</Text>
            <Group gap="sm">
              <Text role="status" fw={600}>
                {t('incarnation.left.progress', {
                  done: confirmed,
                  count: confirmed + items.length,
                })}
              </Text>
              <Button variant="default" loading={isComparing} onClick={compare}>
                {t('incarnation.left.compare')}
              </Button>
            </Group>
          </>
        )}
        {ofOthers > 0 ? <Text>{t('incarnation.left.ofOthers', { count: ofOthers })}</Text> : null}
        {notCompared ? <FailureNotice code={notCompared.code} /> : null}
        {failure ? <FailureNotice code={failure.code} /> : null}
        {items.map((item, place) => (
          <UnreceivedCard
            key={item.opId}
            what={nameOf(item)}
            at={item.at}
            standing={standings.get(item.opId)}
            isFirst={place === 0}
            onSendAgain={() => void decide('unreceived.sendAgain', item.opId)}
            onKnown={() => void decide('operations.dismiss', item.opId)}
          />
        ))}
      </Stack>
    </Paper>
  );
}
