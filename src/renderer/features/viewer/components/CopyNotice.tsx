import { Alert } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { FailureNotice } from '../../../ui/FailureNotice';
import type { CopyOutcome } from '../hooks/use-save-copy';

interface CopyNoticeProps {
  readonly outcome: CopyOutcome | undefined;
}

/** Says what became of “Lưu một bản”; nothing when the person thought better of it. */
export function CopyNotice({ outcome }: CopyNoticeProps) {
  if (!outcome) return null;
  if (outcome.kind === 'failed') return <FailureNotice code={outcome.code} />;
  return (
    <Alert color="teal" py="xs" role="status">
      {t('files.copySaved', { name: outcome.name })}
    </Alert>
  );
}
