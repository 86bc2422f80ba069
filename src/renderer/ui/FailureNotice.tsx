import { Alert, Button, Stack, Text } from '@mantine/core';
import { describeFailure } from '@shared/i18n/failures';
import { t } from '@shared/i18n/translate';

interface FailureNoticeProps {
  readonly code: string;
  /** Says which act failed, when the place does not. */
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** What happened, what to do now, and the reference to read out on the phone. */
export function FailureNotice({ code, title, onRetry }: FailureNoticeProps) {
  const { what, next, reference } = describeFailure(code);
  return (
    <Alert color="red" variant="light" role="alert" title={title ?? what}>
      <Stack gap={6} align="flex-start">
        {title === undefined ? null : <Text>{what}</Text>}
        <Text fw={600}>{next}</Text>
        <Text size="sm" c="dark.4">
          {t('common.reference', { reference })}
        </Text>
        {onRetry ? (
          <Button variant="default" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}
