import { err, ok, type Result } from '../../kernel/result';
import type { LimitName } from './limits';

/** Why a file cannot be read; `where` is for support, in English, never shown as the message. */
export type PdfFailure =
  | { readonly code: 'pdf.not-pdf' }
  | { readonly code: 'pdf.broken'; readonly where: string }
  | { readonly code: 'pdf.encrypted' }
  | { readonly code: 'pdf.limit'; readonly limit: LimitName };

/** Thrown inside the reader only; `readingPdf` turns it into a value at the edge of every public function. */
export class PdfProblem extends Error {
  readonly failure: PdfFailure;

  constructor(failure: PdfFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

export const broken = (where: string): PdfProblem => new PdfProblem({ code: 'pdf.broken', where });

export const pastLimit = (limit: LimitName): PdfProblem =>
  new PdfProblem({ code: 'pdf.limit', limit });

/** Runs code that reads a PDF; what the reader throws becomes a failure, a bug stays a throw. */
export function readingPdf<T>(read: () => T): Result<T, PdfFailure> {
  try {
    return ok(read());
  } catch (cause) {
    if (cause instanceof PdfProblem) return err(cause.failure);
    throw cause;
  }
}
