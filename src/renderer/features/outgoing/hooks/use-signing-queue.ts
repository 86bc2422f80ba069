import { signingRole } from '@shared/domain/document/outgoing-work';
import type { Live } from '../../../data/live';
import type { OutgoingList } from '../../../data/repositories/outgoing-repository';
import { useCurrentSession } from '../../../data/session';
import { useOutgoingList } from './use-outgoing';

/** Papers that one opening of the signing window takes. */
const MOST_AT_ONCE = 200;

/** Papers that wait for the signature of who is signed in. */
export const useSigningQueue = (): Live<OutgoingList> =>
  useOutgoingList({ text: '', state: 'choKy', limit: MOST_AT_ONCE }, true);

/** Whether the signed-in person signs for any organ of the office. */
export function useIsSigner(): boolean {
  const { organs, user } = useCurrentSession();
  return organs.some(({ id }) => signingRole(user, id) !== undefined);
}
