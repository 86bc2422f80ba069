import { t } from '@shared/i18n/translate';
import { EnrolAgain, UnreceivedWork } from '../../incarnation';
import { useRecordTitles } from '../hooks/use-record-titles';
import { actLabel, groupWork, type WorkItem } from '../work-groups';

/** A machine whose history forked: how it goes on, and what it had not sent (§13.3). */
export function UnsentOfFork() {
  return (
    <>
      <EnrolAgain />
      <UnreceivedWork nameOf={nameOf} />
    </>
  );
}

const nameOf = (item: WorkItem) => <TitledAct item={item} />;

/** The record that an act is about, and what the act did. */
function TitledAct({ item }: { readonly item: WorkItem }) {
  const [group] = groupWork([item]);
  const titles = useRecordTitles([item.target.id]);
  const title = group?.title ?? titles.get(item.target.id) ?? t('sync.item.unnamed');
  return (
    <>
      <strong>{title}</strong>
      {` – ${actLabel(item)}`}
    </>
  );
}
