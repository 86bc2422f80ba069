import { Fieldset, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface FactGroupProps {
  readonly legend: string;
  readonly children: ReactNode;
}

/** `Fact`s that belong together, four a line. */
export function FactGroup({ legend, children }: FactGroupProps) {
  return (
    <Fieldset legend={legend} bg="white" p="sm" pt={4}>
      <SimpleGrid cols={4} spacing="md" verticalSpacing="sm">
        {children}
      </SimpleGrid>
    </Fieldset>
  );
}

interface FactProps {
  readonly label: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Fact({ label, isWide = false, children }: FactProps) {
  return (
    <div style={isWide ? { gridColumn: '1 / -1' } : undefined}>
      <Text size="sm" c="dark.3">
        {label}
      </Text>
      <Text component="div" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}
