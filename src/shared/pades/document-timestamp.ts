import { err, ok, type Result } from '../kernel/result';
import { appendRevision, objectNumbers, type AppendFailure } from './append';
import { addField } from './field-changes';
import { pageGeometry } from './geometry';
import { certificationOf } from './permissions';
import type { PadesPlatform } from './platform';
import { findField, readForm, type FormTree } from './reader/form';
import { listPages } from './reader/pages';
import { openPdf, type PdfFile } from './reader/pdf-file';
import { readingPdf, type PdfFailure } from './reader/problem';
import { timestampDictionary } from './signature-dictionary';
import { fillGap, gapRoom, openGap, type OpenGap } from './signature-gap';
import type { PermissionFailure } from './signing-permission';

export type DocumentTimestampFailure =
  | PdfFailure
  | AppendFailure
  | PermissionFailure
  | { readonly code: 'pdf.page-missing'; readonly page: number };

/** Room for the token, bytes (S-4). */
const TOKEN_ROOM = 16_384;

/**
 * First step of a document timestamp (ISO 32000-2 §12.8.5): a field without a visible widget, in an increment of its own.
 * The token is over `coveredBytes` of the answer. Refused after a certification that forbids every change (S-16).
 */
export function prepareDocumentTimestamp(
  platform: PadesPlatform,
  bytes: Uint8Array,
): Result<OpenGap, DocumentTimestampFailure> {
  const opened = openPdf(platform, bytes);
  if (!opened.ok) return opened;
  const written = readingPdf(() => writeTimestamp(opened.value));
  return written.ok ? written.value : written;
}

function writeTimestamp(file: PdfFile): Result<OpenGap, DocumentTimestampFailure> {
  const level = certificationOf(file.now);
  if (level === 1) return err({ code: 'signing.certified', level });
  const page = listPages(file.now)[0];
  if (!page) return err({ code: 'pdf.page-missing', page: 0 });
  const form = readForm(file.now);
  const nextNumber = objectNumbers(file);
  const signature = nextNumber();
  const dictionary = timestampDictionary(TOKEN_ROOM);
  const appended = appendRevision(file, [
    { num: signature, gen: 0, body: dictionary.body },
    ...addField(file, form, {
      name: freeName(form),
      links: { signature, appearance: undefined },
      target: { page, geometry: pageGeometry(file.now, page), rect: [0, 0, 0, 0] },
      nextNumber,
    }),
  ]);
  return appended.ok ? ok(openGap(appended.value, signature, dictionary)) : appended;
}

function freeName(form: FormTree): string {
  for (let n = 1; ; n++) {
    const name = `dau_thoi_gian_${n}`;
    if (!findField(form, name)) return name;
  }
}

/** Second step: puts in the token, which the caller has checked. */
export const completeDocumentTimestamp = (
  pending: OpenGap,
  token: Uint8Array,
): Result<Uint8Array<ArrayBuffer>, { readonly code: 'signing.signature-too-large' }> =>
  token.length > gapRoom(pending)
    ? err({ code: 'signing.signature-too-large' })
    : ok(fillGap(pending, token));
