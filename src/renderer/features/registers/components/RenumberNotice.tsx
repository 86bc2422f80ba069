import { t } from '@shared/i18n/translate';
import type { NumberedPaper } from '../../../data/repositories/register-book';
import { PrintDialog } from '../../../ui/PrintDialog';
import { useOrgan } from '../hooks/use-book';

interface RenumberNoticeProps {
  readonly paper: NumberedPaper;
  readonly number: string;
  readonly register: string;
  readonly onClose: () => void;
}

/** What goes with a paper whose number is not its own (sync §9.5 step 3); the new number is written in by hand. */
export function RenumberNotice({ paper, number, register, onClose }: RenumberNoticeProps) {
  const organ = useOrgan(paper.organId);
  const { subject } = paper;
  const reason = t(`register.dispute.reason.${paper.dispute?.reason ?? 'taken'}`);
  return (
    <PrintDialog title={t('register.dispute.notice')} onClose={onClose}>
      <p className="centred">{organ?.name ?? ''}</p>
      <h1>{t('register.dispute.noticeTitle')}</h1>
      <p>{t('register.dispute.noticeText', { subject, number, register })}</p>
      <p>{t('register.dispute.noticeReason', { reason })}</p>
      <div className="signatures">
        <span>{t('register.dispute.noticeClerk')}</span>
        <span>{t('register.dispute.noticeLeader')}</span>
      </div>
    </PrintDialog>
  );
}
