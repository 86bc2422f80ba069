/**
 * A rolling ticket (§3.1): `<count>.<mac>`. `count` numbers the contacts of one incarnation of a device; the mac, which
 * only this installation can compute, binds it to device, incarnation and timeline. The server stores the count alone,
 * so a good ticket with a greater one proves that the server's own history went back (I-23).
 */
export interface Ticket {
  readonly count: number;
  readonly mac: string;
}

/** Who a ticket belongs to, and in which history of the server. */
export interface TicketOwner {
  readonly timeline: string;
  readonly deviceId: string;
  readonly inc: number;
}

const FORM = /^([1-9]\d{0,8})\.([0-9a-f]{32})$/;

/** Undefined for the ticket of the enrolment, which is a random word that counts as 0. */
export function parseTicket(text: string): Ticket | undefined {
  const [, count, mac] = FORM.exec(text) ?? [];
  return count === undefined || mac === undefined ? undefined : { count: Number(count), mac };
}

export const formatTicket = ({ count, mac }: Ticket): string => `${count}.${mac}`;

/** What the mac of a ticket covers. */
export const ticketText = ({ timeline, deviceId, inc }: TicketOwner, count: number): string =>
  `ticket|${timeline}|${deviceId}|${inc}|${count}`;
