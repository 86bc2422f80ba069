import type { Recipient } from '@shared/domain/document/outgoing-document';
import type { Agency } from '@shared/domain/organ/organ';

/** The way a document takes to a recipient; `notLinked`: on the shared line, but of another system (VB023). */
export type RecipientWay = Recipient['channel'] | 'notLinked';

/** Order in which a clerk reads them: what goes by itself first, then what is left to do. */
export const recipientWays = ['lienThong', 'notLinked', 'giay', 'noiBo', 'email'] as const;

/** What dispatching will do for a recipient, by the directory that the server decides with. */
export function wayTo(recipient: Recipient, agencies: readonly Agency[]): RecipientWay {
  const { channel, agencyCode } = recipient;
  if (channel !== 'lienThong') return channel;
  const isLinked = agencies.some(({ code, officeId }) => code === agencyCode && officeId !== null);
  return isLinked ? 'lienThong' : 'notLinked';
}
