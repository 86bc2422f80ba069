import { t } from '@shared/i18n/translate';
import type { Result } from '@shared/kernel/result';
import { isRefusalReason } from '@shared/sync/acts/delivery';
import type { DeliveryRow } from '../../../data/repositories/delivery-repository';
import { ReasonDialog } from '../../../ui/ReasonDialog';

interface RefuseDialogProps {
  readonly row: DeliveryRow;
  readonly onRefuse: (reason: string) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks for the reason that goes back to the sender. */
export function RefuseDialog({ row, onRefuse, onClose }: RefuseDialogProps) {
  return (
    <ReasonDialog
      words={{
        title: t('incoming.delivery.refuseTitle'),
        reason: t('incoming.delivery.reason'),
        reasonHelp: t('incoming.delivery.reasonHelp'),
        invalid: t('incoming.delivery.reasonInvalid'),
        failed: t('incoming.delivery.notRefused'),
        confirm: t('incoming.delivery.refuse'),
      }}
      subject={`${row.delivery.codeDisplay} – ${row.delivery.subject}`}
      color="red"
      isReason={isRefusalReason}
      onConfirm={onRefuse}
      onClose={onClose}
    />
  );
}
