import type { Result } from '../../kernel/result';
import { err, ok } from '../../kernel/result';
import type { LocalDate } from '../../kernel/local-date';
import type { IncomingRegistration } from './incoming-document';

/**
 * Rules over several fields of a registration; the schema has already judged each field alone.
 *
 * A document date after the arrival date is the sender's error and does not end the duty to register: it asks for a
 * note (corrections.md item 1). Only the arrival date may not lie in the future (VB003).
 */
export function checkRegistration(
  registration: IncomingRegistration,
  today: LocalDate,
): Result<IncomingRegistration, RegistrationFailure> {
  if (registration.arrivalDate > today) {
    return err({ code: 'incoming.arrival-in-future' });
  }
  const { issuedDate, arrivalDate, note, dueDate } = registration;
  if (issuedDate !== null && issuedDate > arrivalDate && !note) {
    return err({ code: 'incoming.document-date-needs-note', issuedDate });
  }
  if (dueDate !== null && dueDate < arrivalDate) {
    return err({ code: 'incoming.due-before-arrival' });
  }
  return ok(registration);
}

export type RegistrationFailure =
  | { readonly code: 'incoming.arrival-in-future' }
  | { readonly code: 'incoming.document-date-needs-note'; readonly issuedDate: LocalDate }
  | { readonly code: 'incoming.due-before-arrival' };
