import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: string;
  readonly detail?: string;
  /** Way back, before the title. */
  readonly before?: ReactNode;
  /** The page's acts, at the right. */
  readonly children?: ReactNode;
}

export function PageHeader({ title, detail, before, children }: PageHeaderProps) {
  return (
    <Group justify="space-between" wrap="nowrap" mb="sm" gap="md">
      <Group gap="sm" wrap="nowrap" miw={0}>
        {before}
        <Title order={2} lineClamp={1}>
          {title}
        </Title>
        {detail === undefined ? null : (
          <Text c="dark.3" style={{ whiteSpace: 'nowrap' }}>
            {detail}
          </Text>
        )}
      </Group>
      <Group gap="sm" wrap="nowrap">
        {children}
      </Group>
    </Group>
  );
}
