import { Alert, Checkbox, Text } from '@mantine/core';
import type { RefObject } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { Statement } from '../batch-store';

interface SecrecyStatementProps {
  /** Papers of the batch. */
  readonly count: number;
  readonly userName: string;
  readonly statement: Statement | undefined;
  /** Why it has to be made now, while nobody has made it. */
  readonly reason: string | undefined;
  readonly isBusy: boolean;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onChange: (isConfirmed: boolean) => void;
}

/** The statement of van-ban.md §6.2(1), once for the batch; a row that is added asks again (corrections.md item 11). */
export function SecrecyStatement(props: SecrecyStatementProps) {
  const { count, userName, statement, reason, isBusy, field, onChange } = props;
  if (count === 0) return <Text c="dark.3">{t('incoming.form.secrecyHelp')}</Text>;
  return (
    <div>
      <Checkbox
        ref={field}
        name="notSecretConfirmed"
        label={<Text fw={600}>{t('batch.secrecy', { n: count })}</Text>}
        description={
          statement
            ? t('batch.secrecyBy', { name: userName, at: formatInstant(statement.atMs) })
            : t('incoming.form.secrecyHelp')
        }
        checked={statement !== undefined}
        disabled={isBusy}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {reason !== undefined && !statement ? (
        <Alert color="orange" py={4} px="sm" mt={4} role="alert">
          {reason}
        </Alert>
      ) : null}
    </div>
  );
}
