import { useIsConflicted } from '../../data/use-conflicts';
import { useLive } from '../../data/use-live';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import {
  useColleaguesWorkSource,
  useWaitingFilesSource,
  type ByColleague,
} from '../../data/workspace';
import { SavedMark, type Mark } from '../../ui/SavedMark';

interface RecordMarkProps {
  readonly id: string;
  /** True once the server has everything of the record but its files; else it is saved on this machine. */
  readonly isReceived: boolean;
  /** SHA-256 of the files it names. */
  readonly files: readonly string[];
  /** On a page of its own there is room to say whose work is not confirmed. */
  readonly isFull?: boolean;
}

/** The small mark of one document in lists and on its page (sync §15). */
export function RecordMark({ id, isReceived, files, isFull = false }: RecordMarkProps) {
  const isConflicted = useIsConflicted(id);
  const source = useWaitingFilesSource();
  const waiting = useLive(source);
  const isWaiting = waiting.status === 'ready' && files.some((file) => waiting.value.has(file));
  const colleagues = useLive(useColleaguesWorkSource());
  const by = colleagues.status === 'ready' ? colleagues.value.get(id) : undefined;
  const mark = markOf({ isConflicted, isReceived, isWaiting, isOfColleague: by !== undefined });
  const words = mark === 'peer' && by ? byText(by) : undefined;
  return <SavedMark mark={mark} hint={words} label={isFull ? words : undefined} />;
}

const byText = ({ name, at }: ByColleague): string =>
  t('incoming.mark.peerBy', { name: name || t('sync.peers.unknown'), at: formatInstant(at) });

function markOf(facts: {
  readonly isConflicted: boolean;
  readonly isReceived: boolean;
  readonly isWaiting: boolean;
  readonly isOfColleague: boolean;
}): Mark {
  if (facts.isConflicted) return 'conflict';
  if (!facts.isReceived) return facts.isOfColleague ? 'peer' : 'saved';
  return facts.isWaiting ? 'waitingFile' : 'received';
}
