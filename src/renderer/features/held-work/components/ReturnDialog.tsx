import { t } from '@shared/i18n/translate';
import type { Result } from '@shared/kernel/result';
import { codePointLength } from '@shared/kernel/vietnamese-text';
import { ReasonDialog } from '../../../ui/ReasonDialog';

interface ReturnDialogProps {
  readonly title: string;
  readonly onReturn: (reason: string) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks why the work is not taken over. */
export function ReturnDialog({ title, onReturn, onClose }: ReturnDialogProps) {
  return (
    <ReasonDialog
      words={{
        title: t('held.returnTitle'),
        reason: t('held.reason'),
        reasonHelp: t('held.reasonHelp'),
        invalid: t('held.reasonInvalid'),
        failed: t('held.notDecided'),
        confirm: t('held.return'),
      }}
      subject={title}
      isReason={(text) => codePointLength(text.trim()) >= 3}
      onConfirm={onReturn}
      onClose={onClose}
    />
  );
}
