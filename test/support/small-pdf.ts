import { randomBytes } from 'node:crypto';

export interface SmallPdf {
  /** Text lines by page. */
  readonly pages: readonly (readonly string[])[];
  /** Bytes of noise that nothing refers to, to make the file as large as a scan. */
  readonly noiseBytes?: number;
  /** Puts a black square on each page, as JBIG2, which scanners write and only the WebAssembly decoder reads. */
  readonly hasSquare?: boolean;
}

/**
 * A PDF 1.4 written by hand: Helvetica, one text layer, and a map to Unicode so that Vietnamese is read back as it was
 * given (letters outside ASCII are drawn as other shapes).
 */
export function smallPdf({ pages, noiseBytes = 0, hasSquare = false }: SmallPdf): Buffer {
  const codes = new Map<string, number>();
  let nextCode = 0x80;
  for (const letter of pages.flat().join('')) {
    const ascii = letter.charCodeAt(0);
    if (!codes.has(letter)) codes.set(letter, ascii < 0x7f ? ascii : nextCode++);
  }
  const encode = (line: string) =>
    Array.from(line, (letter) => hex(codes.get(letter) ?? 0x20, 2)).join('');
  const toUnicode = [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CMapName /Own def /CMapType 2 def',
    '1 begincodespacerange <00> <FF> endcodespacerange',
    `${codes.size} beginbfchar`,
    ...[...codes].map(([letter, code]) => `<${hex(code, 2)}> <${hex(letter.charCodeAt(0), 4)}>`),
    'endbfchar endcmap end end',
  ].join('\n');
  const firstPage = 5;
  const squareAt = firstPage + 2 * pages.length;
  const objects: Buffer[] = [
    text('<< /Type /Catalog /Pages 2 0 R >>'),
    text(
      `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${firstPage + 2 * i} 0 R`).join(' ')}] >>`,
    ),
    text('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 4 0 R >>'),
    stream(text(toUnicode)),
    ...pages.flatMap((lines, i) => [
      text(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${firstPage + 2 * i + 1} 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /Im ${squareAt} 0 R >> >> >>`,
      ),
      stream(
        text(
          `${hasSquare ? 'q 120 0 0 120 400 660 cm /Im Do Q ' : ''}0.8 0.1 0.1 rg 60 700 200 60 re f 0 g BT /F1 24 Tf 60 640 Td 36 TL ${lines
            .map((line) => `<${encode(line)}> Tj T*`)
            .join(' ')} ET`,
        ),
      ),
    ]),
    stream(
      blackSquare(),
      `/Type /XObject /Subtype /Image /Width ${SIDE} /Height ${SIDE} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode`,
    ),
    ...(noiseBytes > 0 ? [stream(randomBytes(noiseBytes))] : []),
  ];
  return assemble(objects);
}

const SIDE = 64;

/** JBIG2 (ITU-T T.88 §7) without a file header: page information, then one generic region in MMR. */
function blackSquare(): Buffer {
  // T.6: the first line is a horizontal mode of 0 white and 64 black pixels, the others repeat it, then EOFB.
  const first = ['001', '00110101', '0000001111', '0000110111'].join('');
  const bits = first + '11'.repeat(SIDE - 1) + '000000000001'.repeat(2);
  const data = Buffer.from(
    (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2)),
  );
  const region = Buffer.concat([words(SIDE, SIDE, 0, 0), Buffer.from([0, 1]), data]);
  const page = Buffer.concat([words(SIDE, SIDE, 0, 0), Buffer.from([0, 0, 0])]);
  return Buffer.concat([segment(0, 48, page), segment(1, 38, region)]);
}

const segment = (number: number, type: number, data: Buffer): Buffer =>
  Buffer.concat([words(number), Buffer.from([type, 0, 1]), words(data.length), data]);

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts = [text('%PDF-1.4\n')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    const part = Buffer.concat([text(`${index + 1} 0 obj\n`), object, text('\nendobj\n')]);
    offsets.push(at);
    parts.push(part);
    at += part.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    text(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

const text = (content: string): Buffer => Buffer.from(content, 'latin1');
const stream = (bytes: Buffer, entries = ''): Buffer =>
  Buffer.concat([
    text(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    text('\nendstream'),
  ]);
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
