import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  readonly hint?: string;
  /** What a person can do here, usually one button. */
  readonly children?: ReactNode;
}

export function EmptyState({ title, hint, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md">
      <Title order={3} ta="center">
        {title}
      </Title>
      {hint === undefined ? null : (
        <Text c="dark.3" ta="center" maw={560}>
          {hint}
        </Text>
      )}
      {children}
    </Stack>
  );
}
