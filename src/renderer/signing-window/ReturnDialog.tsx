import { t } from '@shared/i18n/translate';
import type { SigningItem } from '@shared/ipc/signing-contract';
import { ok, type Result } from '@shared/kernel/result';
import { ReasonDialog } from '../ui/ReasonDialog';
import { askSigning, useSigningBridge } from './signing-bridge';

interface ReturnDialogProps {
  readonly item: SigningItem;
  readonly onReturned: () => void;
  readonly onClose: () => void;
}

/** Why a paper goes back to its drafter; no PIN is asked. */
export function ReturnDialog({ item, onReturned, onClose }: ReturnDialogProps) {
  const bridge = useSigningBridge();
  const giveBack = async (reason: string): Promise<Result<void>> => {
    const { documentId } = item;
    const returned = await askSigning(bridge, 'signing.returnDocument', { documentId, reason });
    if (!returned.ok) return returned;
    onReturned();
    return ok(undefined);
  };
  return (
    <ReasonDialog
      words={{
        title: t('signing.window.returnTitle'),
        reason: t('signing.window.returnReason'),
        reasonHelp: t('signing.window.returnHelp'),
        invalid: t('signing.window.returnInvalid'),
        failed: t('signing.window.returnFailed'),
        confirm: t('signing.window.doReturn'),
      }}
      subject={item.title}
      color="red"
      isReason={(text) => text.trim().length >= 3}
      onConfirm={giveBack}
      onClose={onClose}
    />
  );
}
