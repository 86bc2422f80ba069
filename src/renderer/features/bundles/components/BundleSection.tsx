import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '@shared/i18n/translate';

/** Where the status line leads: what taking a bundle is for, and its button. */
export function BundleSection({ children }: { readonly children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={t('bundle.take.title')}>
      <Title order={2} size="h3">
        {t('bundle.take.title')}
      </Title>
      <Paper withBorder radius="md" p="md">
        <Stack gap="sm">
          <Text>{t('bundle.take.intro')}</Text>
          <Group>{children}</Group>
        </Stack>
      </Paper>
    </Stack>
  );
}
