import { useIsConflicted } from '../../data/use-conflicts';
import { useLive } from '../../data/use-live';
import { useWaitingFilesSource } from '../../data/workspace';
import { SavedMark, type Mark } from '../../ui/SavedMark';

interface RecordMarkProps {
  readonly id: string;
  /** True once the server has everything of the record but its files; else it is saved on this machine. */
  readonly isReceived: boolean;
  /** SHA-256 of the files it names. */
  readonly files: readonly string[];
}

/** The small mark of one document in lists and on its page (sync §15). */
export function RecordMark({ id, isReceived, files }: RecordMarkProps) {
  const isConflicted = useIsConflicted(id);
  const source = useWaitingFilesSource();
  const waiting = useLive(source);
  const isWaiting = waiting.status === 'ready' && files.some((file) => waiting.value.has(file));
  return <SavedMark mark={markOf({ isConflicted, isReceived, isWaiting })} />;
}

function markOf(facts: {
  readonly isConflicted: boolean;
  readonly isReceived: boolean;
  readonly isWaiting: boolean;
}): Mark {
  if (facts.isConflicted) return 'conflict';
  if (!facts.isReceived) return 'saved';
  return facts.isWaiting ? 'waitingFile' : 'received';
}
