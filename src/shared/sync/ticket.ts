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
  { count, contacts }: Omit<Ticket, 'mac'>,
): string => `ticket|${timeline}|${deviceId}|${inc}|${count}|${contacts}`;
