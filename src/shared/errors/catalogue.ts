/** What the caller may do about a failure. */
export type RetryAdvice = 'never' | 'afterUserAction' | 'automatic';

export interface FailureEntry {
  /** Short reference an official can read out on the phone; a released one is never reused. */
  readonly reference: string;
  readonly retry: RetryAdvice;
  /** Status when the server answers with this failure. */
  readonly httpStatus: number;
}

const entry = (reference: string, retry: RetryAdvice, httpStatus: number): FailureEntry => ({
  reference,
  retry,
  httpStatus,
});

/** Every failure code of the product. An unlisted code does not compile; each has words in `i18n/vi.ts`. */
export const catalogue = {
  'internal.unexpected': entry('HT-001', 'never', 500),
  'ipc.invalid-input': entry('HT-002', 'never', 400),
  'ipc.untrusted-sender': entry('HT-003', 'never', 403),
  'http.invalid-body': entry('HT-010', 'never', 400),
  'http.not-found': entry('HT-011', 'never', 404),
  'http.too-large': entry('HT-012', 'never', 413),
  'http.too-many-requests': entry('HT-013', 'automatic', 429),
  'http.unsupported-protocol': entry('HT-014', 'afterUserAction', 426),

  'server.unreachable': entry('KN-001', 'automatic', 503),
  'server.timeout': entry('KN-002', 'automatic', 504),
  'server.invalid-answer': entry('KN-003', 'automatic', 502),
  'server.wrong-certificate': entry('KN-004', 'afterUserAction', 495),
  'server.clock-breaks-tls': entry('KN-005', 'afterUserAction', 495),
  'server.overloaded': entry('KN-006', 'automatic', 503),
  'server.went-back': entry('KN-007', 'afterUserAction', 409),

  'session.not-signed-in': entry('DN-001', 'afterUserAction', 401),
  'session.wrong-password': entry('DN-002', 'afterUserAction', 401),
  'session.wait-before-retry': entry('DN-003', 'afterUserAction', 429),
  'session.offline-not-allowed': entry('DN-004', 'afterUserAction', 401),
  'session.token-expired': entry('DN-005', 'automatic', 401),
  'session.user-disabled': entry('DN-006', 'never', 403),
  'session.role-missing': entry('DN-007', 'never', 403),
  'session.passphrase-needed': entry('DN-008', 'afterUserAction', 401),
  'session.wrong-passphrase': entry('DN-009', 'afterUserAction', 401),

  'device.not-enrolled': entry('TB-001', 'afterUserAction', 401),
  'device.code-unknown': entry('TB-002', 'afterUserAction', 403),
  'device.code-used': entry('TB-003', 'afterUserAction', 403),
  'device.code-expired': entry('TB-004', 'afterUserAction', 403),
  'device.forked': entry('TB-005', 'afterUserAction', 409),
  'device.disabled': entry('TB-006', 'never', 403),
  'device.bad-proof': entry('TB-007', 'never', 401),

  'journal.disk-full': entry('NK-001', 'afterUserAction', 507),
  'journal.write-failed': entry('NK-002', 'afterUserAction', 500),
  'journal.damaged': entry('NK-003', 'afterUserAction', 500),
  'journal.newer-format': entry('NK-005', 'afterUserAction', 500),

  'backup.nothing-pending': entry('SL-001', 'never', 409),
  'backup.disk-full': entry('SL-002', 'afterUserAction', 507),
  'backup.write-failed': entry('SL-003', 'afterUserAction', 500),
  'backup.not-ours': entry('SL-004', 'afterUserAction', 422),
  'backup.wrong-passphrase': entry('SL-005', 'afterUserAction', 401),
  'backup.damaged': entry('SL-006', 'never', 422),
  'backup.earlier-missing': entry('SL-007', 'never', 409),

  'projection.store-failed': entry('DL-001', 'automatic', 500),
  'projection.not-ready': entry('DL-002', 'automatic', 503),

  'operation.bad-signature': entry('DB-001', 'never', 403),
  'operation.unknown-actor': entry('DB-003', 'never', 403),
  'operation.wrong-office': entry('DB-004', 'never', 403),
  'operation.unknown-kind': entry('DB-005', 'never', 400),
  'operation.unknown-type': entry('DB-006', 'never', 400),
  'operation.invalid-body': entry('DB-007', 'never', 400),
  'operation.target-missing': entry('DB-008', 'never', 404),
  'operation.target-exists': entry('DB-009', 'never', 409),
  'operation.field-not-editable': entry('DB-011', 'never', 403),

  'incoming.clerk-only': entry('VB-101', 'never', 403),
  'incoming.wrong-state': entry('VB-102', 'never', 409),
  'incoming.arrival-in-future': entry('VB-105', 'afterUserAction', 422),
  'incoming.document-date-needs-note': entry('VB-106', 'afterUserAction', 422),
  'incoming.due-before-arrival': entry('VB-107', 'afterUserAction', 422),
  'delivery.already-answered': entry('LT-101', 'never', 409),
  'delivery.other-organ': entry('LT-102', 'never', 403),
  'delivery.reason-missing': entry('LT-103', 'afterUserAction', 422),
  'conflict.already-closed': entry('DC-101', 'never', 409),
  'conflict.value-changed': entry('DC-102', 'afterUserAction', 409),
  'secrecy.mark-found': entry('VB-190', 'never', 422),

  'files.missing': entry('TP-001', 'automatic', 404),
  'files.damaged': entry('TP-002', 'automatic', 422),
  'files.disk-full': entry('TP-003', 'afterUserAction', 507),
  'files.write-failed': entry('TP-004', 'afterUserAction', 500),
  'files.too-large': entry('TP-005', 'never', 413),
  'files.empty': entry('TP-006', 'never', 422),
  'files.import-unknown': entry('TP-007', 'afterUserAction', 404),
  'files.conversion-missing': entry('TP-011', 'afterUserAction', 501),
  'files.conversion-failed': entry('TP-012', 'afterUserAction', 500),
  'files.not-allowed': entry('TP-013', 'never', 403),

  'pdf.not-pdf': entry('PD-001', 'afterUserAction', 415),
  'pdf.broken': entry('PD-002', 'afterUserAction', 422),
  'pdf.encrypted': entry('PD-003', 'afterUserAction', 422),
  'pdf.limit': entry('PD-004', 'never', 422),
  'pdf.page-missing': entry('PD-005', 'afterUserAction', 422),
  'pdf.font-unusable': entry('PD-006', 'never', 500),
  'pdf.picture-unusable': entry('PD-007', 'afterUserAction', 422),

  'token.no-driver': entry('KS-101', 'afterUserAction', 404),
  'token.driver-unusable': entry('KS-102', 'afterUserAction', 500),
  'token.driver-crashed': entry('KS-103', 'afterUserAction', 500),
  'token.driver-silent': entry('KS-104', 'afterUserAction', 504),
  'token.not-present': entry('KS-105', 'afterUserAction', 404),
  'token.removed': entry('KS-106', 'afterUserAction', 410),
  'token.certificate-changed': entry('KS-107', 'afterUserAction', 409),
  'token.key-missing': entry('KS-108', 'afterUserAction', 404),
  'token.mechanism-missing': entry('KS-109', 'never', 501),
  'token.busy': entry('KS-110', 'afterUserAction', 409),
  'token.pin-unusable': entry('KS-111', 'afterUserAction', 422),
  'token.pin-wrong': entry('KS-112', 'afterUserAction', 401),
  'token.pin-locked': entry('KS-113', 'never', 403),
  'token.pin-to-be-changed': entry('KS-114', 'afterUserAction', 403),
  'token.cancelled': entry('KS-115', 'afterUserAction', 409),
  'token.result-unknown': entry('KS-116', 'afterUserAction', 500),
  'token.unknown': entry('KS-117', 'afterUserAction', 500),
  'token.signature-wrong': entry('KS-118', 'afterUserAction', 422),
  'token.session-over': entry('KS-119', 'afterUserAction', 401),

  'signing.already-signed': entry('KS-201', 'never', 409),
  'signing.signatures-not-understood': entry('KS-202', 'never', 409),
  'signing.certified': entry('KS-203', 'never', 409),
  'signing.field-locked': entry('KS-204', 'never', 409),
  'signing.field-missing': entry('KS-205', 'afterUserAction', 404),
  'signing.field-exists': entry('KS-206', 'afterUserAction', 409),
  'signing.field-filled': entry('KS-207', 'never', 409),
  'signing.place-outside': entry('KS-208', 'afterUserAction', 422),
  'signing.value-not-allowed': entry('KS-209', 'afterUserAction', 422),
  'signing.glyph-missing': entry('KS-210', 'afterUserAction', 422),
  'signing.certificate-unusable': entry('KS-211', 'afterUserAction', 422),
  'signing.signature-wrong': entry('KS-212', 'afterUserAction', 422),
  'signing.signature-too-large': entry('KS-213', 'afterUserAction', 422),
  'signing.not-registered': entry('KS-214', 'afterUserAction', 403),
  'signing.check-failed': entry('KS-215', 'afterUserAction', 500),
  'signing.leader-signature-missing': entry('KS-216', 'never', 409),
  'signing.clock-wrong': entry('KS-217', 'afterUserAction', 409),
  'signing.certificate-expired': entry('KS-218', 'afterUserAction', 422),
  'signing.document-unknown': entry('KS-219', 'automatic', 404),
  'signing.not-read': entry('KS-220', 'afterUserAction', 409),
  'signing.certificate-revoked': entry('KS-221', 'never', 403),
  'signing.time-not-confirmed': entry('KS-222', 'afterUserAction', 409),
  'signing.busy': entry('KS-223', 'afterUserAction', 409),
  'signing.not-checked-yet': entry('KS-224', 'afterUserAction', 409),
  'signing.not-valid': entry('KS-225', 'never', 409),

  'outgoing.wrong-state': entry('VD-101', 'never', 409),
  'outgoing.not-allowed': entry('VD-102', 'never', 403),
  'outgoing.signer-only': entry('VD-103', 'never', 403),
  'outgoing.no-draft-file': entry('VD-104', 'afterUserAction', 422),
  'outgoing.no-recipient': entry('VD-106', 'afterUserAction', 422),
  'outgoing.file-changed': entry('VD-107', 'afterUserAction', 409),
  'outgoing.not-signed': entry('VD-108', 'never', 409),
  'outgoing.drafter-only': entry('VD-109', 'never', 403),
  'outgoing.reason-missing': entry('VD-110', 'afterUserAction', 422),
  'outgoing.reply-before-issue': entry('VD-111', 'afterUserAction', 422),

  'register.unknown': entry('SO-001', 'never', 404),
  'register.closed': entry('SO-002', 'afterUserAction', 409),
  'register.already-numbered': entry('SO-003', 'never', 409),
  'register.date-goes-back': entry('SO-004', 'afterUserAction', 409),
  'register.wrong-year': entry('SO-005', 'afterUserAction', 409),
} as const satisfies Record<string, FailureEntry>;

export type ErrorCode = keyof typeof catalogue;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(catalogue, text);
