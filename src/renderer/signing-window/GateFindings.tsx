import { Alert, Checkbox, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { SigningItem } from '@shared/ipc/signing-contract';
import { findingInWords } from '../features/signing';

/** What the gate says of a document: nothing, a warning to be ticked, or that it is not to be signed (S-18). */
export function gateOf({ findings }: SigningItem): 'clear' | 'warn' | 'stop' {
  if (!findings || findings.length === 0) return 'clear';
  return findings.some(({ severity }) => severity === 'stop') ? 'stop' : 'warn';
}

interface GateFindingsProps {
  readonly item: SigningItem;
  readonly isAccepted: boolean;
  readonly isDisabled: boolean;
  /** What helps where it is stopped. */
  readonly next: string;
  readonly onAccept: (isAccepted: boolean) => void;
}

/** What was found in the document that is shown, and the tick that it is signed all the same. */
export function GateFindings({ item, isAccepted, isDisabled, next, onAccept }: GateFindingsProps) {
  const gate = gateOf(item);
  if (gate === 'clear' || item.state === 'signed') return null;
  const isStopped = gate === 'stop';
  return (
    <Alert
      color={isStopped ? 'red' : 'orange'}
      role={isStopped ? 'alert' : 'status'}
      title={t(isStopped ? 'signing.gate.stopped' : 'signing.gate.warned')}
    >
      <Stack gap={4}>
        {item.findings?.map((finding) => (
          <Text key={`${finding.code}/${finding.page}`} size="sm">
            {findingInWords(finding)}
          </Text>
        ))}
        {isStopped ? (
          <Text size="sm">{next}</Text>
        ) : (
          <Checkbox
            mt="xs"
            label={t('signing.gate.accept')}
            checked={isAccepted}
            disabled={isDisabled}
            onChange={(event) => onAccept(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </Alert>
  );
}
