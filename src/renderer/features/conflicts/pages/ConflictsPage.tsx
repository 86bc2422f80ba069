import { Box, Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { ConflictRecord } from '@shared/domain/document/conflict';
import { t } from '@shared/i18n/translate';
import type { OpenConflict } from '../../../data/repositories/conflict-repository';
import { useOpenConflicts } from '../../../data/use-conflicts';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { ConflictCard } from '../components/ConflictCard';
import { useChoosingRole } from '../components/use-choosing-role';

interface ConflictsPageProps {
  readonly onOpenDocument: (target: {
    readonly type: ConflictRecord['targetType'];
    readonly id: string;
  }) => void;
}

/** Every document that two people changed in one place, with both versions. */
export function ConflictsPage({ onOpenDocument }: ConflictsPageProps) {
  const open = useOpenConflicts();
  const roleOf = useChoosingRole();
  const byDocument = new Map<string, OpenConflict[]>();
  for (const one of open.status === 'ready' ? open.value : []) {
    const { targetId } = one.conflict;
    byDocument.set(targetId, [...(byDocument.get(targetId) ?? []), one]);
  }
  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('conflict.page', { count: byDocument.size })} />
      {open.status === 'loading' ? <Loader /> : null}
      {open.status === 'failed' ? <FailureNotice code={open.failure.code} /> : null}
      {open.status === 'ready' && byDocument.size === 0 ? (
        <EmptyState title={t('conflict.empty')} hint={t('conflict.emptyHint')} />
      ) : null}
      <Stack gap="lg" maw={1240}>
        {byDocument.size > 0 ? <Text>{t('conflict.intro')}</Text> : null}
        {[...byDocument.values()].map((own) => (
          <ConflictsOfDocument
            key={own[0]?.conflict.targetId}
            own={own}
            roleOf={roleOf}
            onOpenDocument={onOpenDocument}
          />
        ))}
      </Stack>
    </Box>
  );
}

interface ConflictsOfDocumentProps extends ConflictsPageProps {
  readonly own: readonly OpenConflict[];
  readonly roleOf: ReturnType<typeof useChoosingRole>;
}

function ConflictsOfDocument({ own, roleOf, onOpenDocument }: ConflictsOfDocumentProps) {
  const [first] = own;
  if (!first) return null;
  const { targetType: type, targetId: id } = first.conflict;
  return (
    <Stack gap="xs" component="section">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={700} size="lg" component="h2">
          {first.document.title || t('conflict.unnamed')}
        </Text>
        <Button
          variant="default"
          style={{ flexShrink: 0 }}
          onClick={() => onOpenDocument({ type, id })}
        >
          {t('conflict.openDocument')}
        </Button>
      </Group>
      {own.map((one) => (
        <ConflictCard key={one.id} open={one} role={roleOf(one)} />
      ))}
    </Stack>
  );
}
