/**
 * A rolling ticket (§3.1): `<count>.<contacts>.<mac>`. `count` is the ticket's place in the chain of one incarnation of a
 * device; `contacts` is the number of answers that the incarnation was given with it, so that a repeated answer is told
 * from the first one. The mac, which only this installation can compute, binds both to device, incarnation and timeline.
 * The server stores the two numbers alone: a good ticket with a greater one proves that its own history went back (I-23).
 */
export interface Ticket {
  readonly count: number;
  readonly contacts: number;
  readonly mac: string;
}

/** Who a ticket belongs to, and in which history of the server. */
export interface TicketOwner {
  readonly timeline: string;
  readonly deviceId: string;
  readonly inc: number;
}

const FORM = /^([1-9]\d{0,8})\.([1-9]\d{0,8})\.([0-9a-f]{32})$/;

/** Undefined for the ticket of the enrolment, which is a random word that counts as 0. */
export function parseTicket(text: string): Ticket | undefined {
  const [, count, contacts, mac] = FORM.exec(text) ?? [];
  return mac === undefined ? undefined : { count: Number(count), contacts: Number(contacts), mac };
}

export const formatTicket = ({ count, contacts, mac }: Ticket): string =>
  `${count}.${contacts}.${mac}`;

/** What the mac of a ticket covers. */
export const ticketText = (
  { timeline, deviceId, inc }: TicketOwner,
  { count, contacts }: TicketNumbers,
): string => `ticket|${timeline}|${deviceId}|${inc}|${count}|${contacts}`;

/** What an installation keeps of the tickets of one incarnation: the newest one's numbers. */
export type TicketNumbers = Omit<Ticket, 'mac'>;

/**
 * The newest ticket counts, and the one before it, for an answer may have been lost. `stale` = an older one: the device's
 * disk was restored from an image, or cloned. `ahead` = one that this server does not know to have given. Of an earlier
 * history, which may have been longer than the backup knows, none is.
 */
export function judgeTicket(
  known: TicketNumbers,
  { count, contacts, isEarlier }: TicketNumbers & { readonly isEarlier: boolean },
): 'good' | 'stale' | 'ahead' {
  if (!isEarlier && (count > known.count || contacts > known.contacts)) return 'ahead';
  return known.count > count + 1 ? 'stale' : 'good';
}
