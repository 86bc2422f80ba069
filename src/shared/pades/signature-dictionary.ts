import { invariant } from '../kernel/assert';
import type { CertificationLevel, FieldLock } from './permissions';
import { dictText, pdfBytes, textStringText } from './syntax';

/** Widest /ByteRange content: four numbers of ten digits. */
const RANGE_WIDTH = 44;

export interface SignatureDictionary {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Offsets in `body`, between the brackets of /ByteRange. */
  readonly byteRange: { readonly start: number; readonly end: number };
  /** Offsets in `body`, from `<` to behind `>`. */
  readonly contents: { readonly start: number; readonly end: number };
}

/** The signature dictionary of S-3 (ISO 32000-1 §12.8.1, ETSI EN 319 142-1) with room for range and CMS. */
export function signatureDictionary(input: {
  readonly contentsBytes: number;
  readonly signedAtMs: number;
  readonly name: string | undefined;
  readonly reason: string | undefined;
  readonly location: string | undefined;
  readonly lock: FieldLock | undefined;
  readonly certification: CertificationLevel | undefined;
  /** Reference to the catalogue, for /Data of FieldMDP. */
  readonly catalog: string;
}): SignatureDictionary {
  const text = (value: string | undefined) =>
    value === undefined ? undefined : textStringText(value);
  const references = [
    ...(input.certification === undefined ? [] : [docMdpText(input.certification)]),
    ...(input.lock ? [fieldMdpText(input.lock, input.catalog)] : []),
  ];
  return withRoom('Sig', 'ETSI.CAdES.detached', input.contentsBytes, [
    ['M', `(${pdfDate(input.signedAtMs)})`],
    ['Name', text(input.name)],
    ['Reason', text(input.reason)],
    ['Location', text(input.location)],
    ['Reference', references.length > 0 ? `[${references.join(' ')}]` : undefined],
  ]);
}

/** The dictionary of a document timestamp (ISO 32000-2 §12.8.5), whose time stands in the token alone. */
export const timestampDictionary = (contentsBytes: number): SignatureDictionary =>
  withRoom('DocTimeStamp', 'ETSI.RFC3161', contentsBytes, []);

function withRoom(
  type: string,
  subFilter: string,
  contentsBytes: number,
  entries: readonly (readonly [string, string | undefined])[],
): SignatureDictionary {
  const body = dictText([
    ['Type', `/${type}`],
    ['Filter', '/Adobe.PPKLite'],
    ['SubFilter', `/${subFilter}`],
    ['ByteRange', `[${' '.repeat(RANGE_WIDTH)}]`],
    ['Contents', `<${'0'.repeat(contentsBytes * 2)}>`],
    ...entries,
  ]);
  const range = body.indexOf('/ByteRange [') + '/ByteRange ['.length;
  const contents = body.indexOf('/Contents <') + '/Contents '.length;
  invariant(range > 20 && contents > range, 'both entries stand in front of all free text');
  return {
    body: pdfBytes(body),
    byteRange: { start: range, end: range + RANGE_WIDTH },
    contents: { start: contents, end: contents + contentsBytes * 2 + 2 },
  };
}

/** DocMDP (§12.8.2.2): what anybody may still do after the signature. */
const docMdpText = (level: CertificationLevel): string =>
  `<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P ${level} >> >>`;

/** FieldMDP (§12.8.2.4): the fields named in the field's /Lock may not change any more. */
function fieldMdpText(lock: FieldLock, catalog: string): string {
  const fields =
    lock.action === 'All'
      ? ''
      : ` /Fields [${lock.fields.map((name) => textStringText(name)).join(' ')}]`;
  return `<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 /Action /${lock.action}${fields} >> /Data ${catalog} >>`;
}

/** `D:20261122090541+07'00'` (§7.9.4); the workstation's own zone is never asked. */
export function pdfDate(epochMs: number): string {
  const local = new Date(epochMs + 7 * 3_600_000).toISOString();
  return `D:${local.slice(0, 19).replace(/[-T:]/g, '')}+07'00'`;
}

/** Milliseconds since the epoch of a PDF date; without a zone it is read as Vietnam's. */
export function parsePdfDate(text: string): number | undefined {
  const match =
    /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:(Z)|([+-])(\d{2})'?(\d{2})?'?)?/.exec(
      text,
    );
  if (!match) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = match;
  const [utc, sign, zoneHours, zoneMinutes = '00'] = match.slice(7);
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(local)) return undefined;
  if (utc === 'Z') return local;
  const offset = sign === undefined ? 420 : Number(zoneHours) * 60 + Number(zoneMinutes);
  return local - (sign === '-' ? -offset : offset) * 60_000;
}
