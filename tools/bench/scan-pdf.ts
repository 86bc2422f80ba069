import { randomBytes } from 'node:crypto';

/** Pixels a line of an A4 page at 300 dpi. */
const WIDTH = 2480;

/** A PDF 1.4 as a scanner writes it: one A4 page that is one grey picture of `sizeBytes`, of noise, uncompressed. */
export function scanPdf(sizeBytes: number): Uint8Array {
  const height = Math.ceil(sizeBytes / WIDTH);
  const picture = randomBytes(WIDTH * height);
  const draw = Buffer.from('q 595 0 0 842 0 0 cm /Im Do Q');
  const objects: readonly Buffer[] = [
    text('<< /Type /Catalog /Pages 2 0 R >>'),
    text('<< /Type /Pages /Count 1 /Kids [3 0 R] >>'),
    text(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> >>',
    ),
    stream(draw, ''),
    stream(
      picture,
      `/Type /XObject /Subtype /Image /Width ${WIDTH} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8`,
    ),
  ];
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
  const size = objects.length + 1;
  parts.push(
    text(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}

const text = (content: string): Buffer => Buffer.from(content, 'latin1');
const stream = (bytes: Buffer, entries: string): Buffer =>
  Buffer.concat([
    text(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    text('\nendstream'),
  ]);
