import { Box, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '@shared/i18n/translate';

interface SessionCardProps {
  readonly title: string;
  readonly intro?: string;
  readonly office?: string | undefined;
  readonly device?: string | undefined;
  readonly children: ReactNode;
}

/** The frame of everything that comes before work. */
export function SessionCard({ title, intro, office, device, children }: SessionCardProps) {
  return (
    <Box component="main" h="100vh" bg="gray.1" style={{ overflow: 'auto' }}>
      <Center mih="100%" p="md">
        <Paper withBorder shadow="sm" radius="md" p="xl" w="100%" maw={520}>
          <Stack gap="md">
            <div>
              <Text fw={700} c="blue.9">
                {t('app.name')}
              </Text>
              {office === undefined ? null : <Text c="dark.3">{office}</Text>}
            </div>
            <Title order={2}>{title}</Title>
            {intro === undefined ? null : <Text>{intro}</Text>}
            {children}
            {device === undefined ? null : (
              <Text size="sm" c="dark.3">
                {device}
              </Text>
            )}
          </Stack>
        </Paper>
      </Center>
    </Box>
  );
}
