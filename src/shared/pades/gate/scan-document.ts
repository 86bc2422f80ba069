import type { GateFinding } from '../../domain/signing/gate-finding';
import type { Result } from '../../kernel/result';
import type { PadesPlatform } from '../platform';
import { readForm } from '../reader/form';
import { listPages } from '../reader/pages';
import { openPdf, type PdfFile } from '../reader/pdf-file';
import { readingPdf, type PdfFailure } from '../reader/problem';
import { judgeObject } from './judge-object';
import { judgeLayers } from './layers';
import { judgePages } from './judge-pages';
import { findShadowPages } from './shadow-pages';
import { walkDocument } from './walk-document';

/**
 * S-18: what makes a document unfit to be signed, or worth a second look, although it looks well: things that act, that
 * are seen by some readers only, or that wait to be swapped in later. Earlier signatures are judged by `verifyPdf`.
 */
export function scanDocument(
  platform: PadesPlatform,
  bytes: Uint8Array,
): Result<readonly GateFinding[], PdfFailure> {
  const opened = openPdf(platform, bytes);
  return opened.ok ? readingPdf(() => oneOfEach(scan(opened.value))) : opened;
}

function scan(file: PdfFile): readonly GateFinding[] {
  const { now } = file;
  const found: GateFinding[] = [];
  const reached = walkDocument(now, (value, object) => {
    found.push(...judgeObject(now, value, object));
  });
  return [
    ...found,
    ...judgeLayers(now),
    ...judgePages(file, listPages(now), readForm(now)),
    ...findShadowPages(file, reached),
  ];
}

/** The same thing on the same page is told once. */
const oneOfEach = (findings: readonly GateFinding[]): readonly GateFinding[] =>
  [
    ...new Map(findings.toReversed().map((one) => [`${one.code}/${one.page}`, one])).values(),
  ].toReversed();
