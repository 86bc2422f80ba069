import type { Certificate } from '../cms/certificate';
import { parseCms } from '../cms/parse';
import type { PadesPlatform } from '../platform';
import { readForm } from '../reader/form';
import { isKind } from '../reader/objects';
import { openToJudge, type PdfFile } from '../reader/pdf-file';
import { readingPdf } from '../reader/problem';
import { listSignatures } from './signature-fields';

/**
 * Every certificate that the signatures of a file carry, signers and issuers, unjudged: they say where revocation lists
 * are to be had (RFC 5280 §4.2.1.13). Empty for a file that cannot be read.
 */
export function signingCertificates(
  platform: PadesPlatform,
  bytes: Uint8Array,
): readonly Certificate[] {
  const opened = openToJudge(platform, bytes);
  const read = opened.ok ? readingPdf(() => certificatesIn(opened.value)) : opened;
  return read.ok ? read.value : [];
}

function certificatesIn(file: PdfFile): readonly Certificate[] {
  return listSignatures(file, readForm(file.now)).flatMap(({ dict }) => {
    const contents = file.now.get(dict, 'Contents');
    const parsed = isKind(contents, 'string') ? parseCms(contents.bytes) : undefined;
    return parsed?.ok ? parsed.cms.certificates : [];
  });
}
