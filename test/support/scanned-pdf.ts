import { deflateSync } from 'node:zlib';

interface Scan {
  readonly version?: string;
  /** Of the page, millimetres. */
  readonly width?: number;
  readonly height?: number;
  /** Dots to the inch along the width, and along the height when it differs. */
  readonly dpi?: number;
  readonly dpiUp?: number;
  /** Entry /ColorSpace and bytes of a dot. */
  readonly space?: string;
  readonly samples?: number;
  /** Further entries of the picture. */
  readonly entries?: string;
  /** Part of the page that the picture covers, from its lower left corner. */
  readonly covers?: number;
}

/** A paper as a scanner saves it: one picture on one page; white, with some dark lines. */
export function aScannedPdf({
  version = '1.4',
  width = 210,
  height = 297,
  dpi = 200,
  dpiUp = dpi,
  space = '/DeviceRGB',
  samples = 3,
  entries = '/BitsPerComponent 8',
  covers = 1,
}: Scan = {}): Uint8Array<ArrayBuffer> {
  const [w, h] = [Math.round((width / 25.4) * dpi), Math.round((height / 25.4) * dpiUp)];
  const dots = Buffer.alloc(w * h * samples, 255);
  for (let line = 0; line < 12; line++) {
    const from = (Math.floor(h * (0.3 + line * 0.04)) * w + Math.floor(w * 0.15)) * samples;
    dots.fill(40, from, from + Math.floor(w * 0.6) * samples);
  }
  const data = deflateSync(dots);
  const [right, top] = [(width / 25.4) * 72, (height / 25.4) * 72];
  const content = `q ${right * covers} 0 0 ${top * covers} 0 0 cm /Im0 Do Q`;
  const bodies: readonly Buffer[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${right} ${top}] /Contents 4 0 R /Resources << /XObject << /Im0 5 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    [
      `<< /Type /XObject /Subtype /Image /Width ${w} /Height ${h} ${space === '' ? '' : `/ColorSpace ${space}`} ${entries} /Filter /FlateDecode /Length ${data.length} >>\nstream\n`,
      data,
      '\nendstream',
    ],
  ].map((body) => Buffer.concat([body].flat().map((part) => Buffer.from(part as never))));
  const parts: Buffer[] = [Buffer.from(`%PDF-${version}\n%\u00e2\u00e3\n`, 'latin1')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  bodies.forEach((body, index) => {
    const object = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      body,
      Buffer.from('\nendobj\n'),
    ]);
    offsets.push(at);
    at += object.length;
    parts.push(object);
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 6\n0000000000 65535 f \n${rows}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}
