import { t } from '@shared/i18n/translate';
import { PrintDialog } from '../../../ui/PrintDialog';
import { useOrgan } from '../hooks/use-book';

interface MinuteProps {
  readonly organId: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly onClose: () => void;
}

/** A minute that two persons and the clerk sign by hand. */
export function Minute({ organId, title, lines, onClose }: MinuteProps) {
  const organ = useOrgan(organId);
  return (
    <PrintDialog title={t('register.minute.title')} onClose={onClose}>
      <p className="centred">{organ?.name ?? ''}</p>
      <h1>{title}</h1>
      <p>{t('register.minute.day', { organ: organ?.name ?? '' })}</p>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className="signatures">
        <span>{t('register.minute.proposer')}</span>
        <span>{t('register.minute.second')}</span>
        <span>{t('register.minute.clerk')}</span>
      </div>
    </PrintDialog>
  );
}
