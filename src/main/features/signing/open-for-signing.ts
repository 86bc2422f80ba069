import type { GateFinding } from '@shared/domain/signing/gate-finding';
import type { OpenedDocument, SigningIntent } from '@shared/ipc/signing-contract';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { isPrepared } from './pades-job';
import { prepareForSigning } from './prepare-for-signing';
import type { SigningDeps } from './signing-deps';
import type { JobItem } from './signing-job';

type OpenDeps = Pick<SigningDeps, 'files' | 'pades' | 'fonts' | 'readLayout'>;

/**
 * The very bytes that will be signed: prepared when the file came without fields (S-9, S-19), and looked through by the
 * gate unless a leader signed them (S-18). Done once a document; what was found stays with the item.
 */
export async function openForSigning(
  deps: OpenDeps,
  intent: SigningIntent,
  item: JobItem,
): Promise<Result<OpenedDocument>> {
  const pdf = item.document.finalPdf;
  if (!pdf) return err({ code: 'signing.document-unknown' });
  if (item.opened) return ok(item.opened);
  const file = await openFile(deps, pdf.sha256, intent);
  if (!file.ok) return file;
  const { bytes, opened } = file.value;
  const findings = await findIn(deps, intent, item, bytes);
  if (!findings.ok) return findings;
  item.findings = findings.value;
  item.opened = opened;
  return ok(opened);
}

/** What nobody has looked through before: a leader's draft, a copy, an appendix; a scan also as what it claims to be. */
async function findIn(
  { pades }: OpenDeps,
  intent: SigningIntent,
  { document }: JobItem,
  bytes: Uint8Array,
): Promise<Result<readonly GateFinding[]>> {
  if (intent === 'seal') return ok([]);
  const found = await pades.run({ do: 'gate', bytes });
  if (!found.ok || !document.isDigitised) return found;
  const scanned = await pades.run({ do: 'checkDigitised', bytes });
  return scanned.ok ? ok([...scanned.value, ...found.value]) : scanned;
}

async function openFile(
  deps: OpenDeps,
  original: FileHash,
  intent: SigningIntent,
): Promise<Result<{ readonly bytes: Uint8Array; readonly opened: OpenedDocument }>> {
  const read = await deps.files.read(original);
  if (!read.ok) return read;
  let bytes = read.value;
  let sha256 = original;
  let described = await deps.pades.run({ do: 'describe', bytes });
  if (described.ok && intent === 'leader' && !isPrepared(described.value)) {
    const prepared = await prepareForSigning(deps, bytes);
    if (!prepared.ok) return prepared;
    // Nobody looked at the usual places: number and seal could fall onto words.
    if (prepared.value.origin.from === 'usual') return err({ code: 'signing.places-not-set' });
    ({ bytes, sha256 } = prepared.value);
    described = await deps.pades.run({ do: 'describe', bytes });
  }
  if (!described.ok) return described;
  const { pageCount, fields } = described.value;
  return ok({ bytes, opened: { sha256, sizeBytes: bytes.length, pageCount, fields } });
}
