import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toHex } from '@shared/kernel/bytes';
import { addValidationData } from '@shared/pades/security-store';
import { prepareFields } from '@shared/pades/prepare';
import { readForm } from '@shared/pades/reader/form';
import { asName, isKind, type PdfValue } from '@shared/pades/reader/objects';
import { listPages } from '@shared/pades/reader/pages';
import { openToJudge, type PdfFile } from '@shared/pades/reader/pdf-file';
import { rc4 } from '@shared/pades/reader/rc4';
import { prepareSignature } from '@shared/pades/signature';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import { toPem, toPkcs12 } from '../../../support/demo-pki';
import {
  anOffice,
  bytesOf,
  fixture,
  fonts,
  needs,
  open,
  placesFor,
  platform,
  prepared,
  run,
  saved,
  temporaryFolder,
  value,
  verify,
} from './helpers';

/** What qpdf is told for each revision of the standard security handler. */
const kinds: readonly (readonly [name: string, options: readonly string[]])[] = [
  ['V1 R2, RC4 of 40 bits', ['40']],
  ['V2 R3, RC4 of 128 bits', ['128']],
  ['V4 R4, RC4 of 128 bits', ['128', '--force-V4']],
  ['V4 R4, AES-128', ['128', '--use-aes=y']],
  ['V4 R4, AES-128, plain metadata', ['128', '--use-aes=y', '--cleartext-metadata']],
  ['V5 R5, AES-256', ['256', '--force-R5']],
  ['V5 R6, AES-256', ['256']],
  ['V5 R6, AES-256, object streams', ['256', '--object-streams=generate']],
];
const office = anOffice();
const crl = office.pki.crl({
  thisUpdate: new Date(),
  nextUpdate: new Date(Date.now() + 86_400_000),
});
const trust = trustFromPem([
  office.pki.root.certificatePem,
  office.pki.subCa.certificatePem,
  toPem('X509 CRL', crl),
]).material;
const ready = prepared(fixture('chromium-draft.pdf'));

function encrypt(options: readonly string[], userPassword = '', bytes = ready): Uint8Array {
  const folder = temporaryFolder();
  const input = saved(folder, 'plain.pdf', bytes);
  const output = join(folder, 'encrypted.pdf');
  const isOfFile = (option: string): boolean => /^--(object-streams|static-id)/.test(option);
  run('qpdf', [
    '--allow-weak-crypto',
    ...options.filter(isOfFile),
    '--encrypt',
    userPassword,
    'owner',
    ...options.filter((one) => !isOfFile(one)),
    '--',
    input,
    output,
  ]);
  return bytesOf(output);
}

const judged = (bytes: Uint8Array): PdfFile => value(openToJudge(platform, bytes));
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Signs a field as MuPDF does: an increment to the encrypted file. */
function signByMupdf(bytes: Uint8Array, field: string, signer = office.leader): Uint8Array {
  const folder = temporaryFolder();
  const input = saved(folder, 'in.pdf', bytes);
  const key = saved(folder, 'key.p12', toPkcs12(office.pki, signer, 'x'));
  const output = join(folder, 'out.pdf');
  const num = readForm(judged(bytes).now).fields.find(({ name }) => name === field)?.ref?.num;
  run('mutool', ['sign', '-s', key, '-P', 'x', '-o', output, input, String(num)]);
  return bytesOf(output);
}

/** Everything a file says: its strings and the decoded data of its streams. */
function contentOf(file: PdfFile): readonly string[] {
  const { now } = file;
  const encryption = now.trailer.entries.get('Encrypt')?.value;
  const texts: string[] = [];
  const take = (one: PdfValue): void => {
    if (isKind(one, 'string')) texts.push(toHex(one.bytes));
    else if (isKind(one, 'array')) one.items.forEach(take);
    else if (isKind(one, 'dict')) for (const entry of one.entries.values()) take(entry.value);
    else if (isKind(one, 'stream')) {
      // qpdf writes no byte for an empty stream, and still names the filter.
      const text = file.dataOf(one).length === 0 ? '' : latin(file.decode(one, now));
      const type = asName(one.dict.entries.get('Type')?.value);
      // How objects are packed is each file's own.
      if (type === 'XRef' || type === 'ObjStm') return;
      take(one.dict);
      texts.push(text);
    }
  };
  for (const num of now.numbers()) {
    if (isKind(encryption, 'ref') && encryption.num === num) continue;
    take(now.find(num)?.value ?? null);
  }
  return texts.toSorted();
}

/** Number of the first page's content stream. */
function contentsNumber(bytes: Uint8Array): number {
  const [page] = listPages(judged(bytes).now);
  const contents = page?.dict.entries.get('Contents')?.value;
  const first = isKind(contents, 'array') ? contents.items[0] : contents;
  return isKind(first, 'ref') ? first.num : 0;
}

/** An increment written by hand: these objects, and a trailer that keeps what the last one said, but for these entries. */
function increment(
  bytes: Uint8Array,
  objects: readonly (readonly [num: number, body: string])[],
  over: Readonly<Record<string, string>> = {},
): Uint8Array {
  const text = `${latin(bytes)}\n`;
  const offsets: string[] = [];
  let added = '';
  for (const [num, body] of objects) {
    const at = String(text.length + added.length).padStart(10, '0');
    offsets.push(`${num} 1\n${at} 00000 n \n`);
    added += `${num} 0 obj\n${body}\nendobj\n`;
  }
  const { trailer, size } = judged(bytes).now;
  const hex = (id: PdfValue | undefined): string =>
    isKind(id, 'array')
      ? id.items.map((one) => (isKind(one, 'string') ? `<${toHex(one.bytes)}>` : '')).join('')
      : '';
  const ref = (key: string): string => {
    const one = trailer.entries.get(key)?.value;
    return isKind(one, 'ref') ? `${one.num} ${one.gen} R` : '';
  };
  const last = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin(bytes))?.[1] ?? '';
  const entries = {
    Size: String(size + 1),
    Prev: last,
    Root: ref('Root'),
    Info: ref('Info'),
    Encrypt: ref('Encrypt'),
    ID: `[${hex(trailer.entries.get('ID')?.value)}]`,
    ...over,
  };
  const lines = Object.entries(entries).map(([key, one]) => (one === '' ? '' : `/${key} ${one}`));
  const place = text.length + added.length;
  const tail = `xref\n${offsets.join('')}trailer\n<< ${lines.join(' ')} >>\nstartxref\n${place}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(text + added + tail, 'latin1'));
}

test('RFC 6229: RC4 gives the key stream of the test vector', () => {
  const key = Uint8Array.of(1, 2, 3, 4, 5);

  expect(toHex(rc4(key, new Uint8Array(16)))).toBe('b2396305f03dc027ccc3524a0a1118a8');
});

describe.each(kinds)('attack 33, 4.3: %s', (_name, options) => {
  test('a file for everybody says what qpdf reads in it', needs('qpdf'), () => {
    const encrypted = encrypt(options);
    const folder = temporaryFolder();
    const output = join(folder, 'plain.pdf');
    run('qpdf', ['--decrypt', saved(folder, 'in.pdf', encrypted), output]);

    expect(contentOf(judged(encrypted))).toEqual(contentOf(open(bytesOf(output))));
  });

  test('its signatures are judged, and the second raises no alarm', needs('qpdf', 'mutool'), () => {
    const first = signByMupdf(encrypt(options), 'ky_ca_nhan');
    const both = signByMupdf(first, 'ky_co_quan', office.organ);

    const report = verify(both, trust, Date.now());

    expect(report.verdict).toBe('HOP_LE_CANH_BAO');
    expect(
      report.signatures.map(({ field, integrity, changes, trust: found, signer }) => [
        field,
        integrity,
        changes,
        found,
        signer,
      ]),
    ).toEqual([
      ['ky_ca_nhan', 'intact', 'permitted', 'trusted', 'Nguyễn Văn Mẫu'],
      ['ky_co_quan', 'intact', 'none', 'trusted', 'Ủy ban nhân dân xã Thử Nghiệm'],
    ]);
  });

  test('with a password it is not judged', needs('qpdf'), () => {
    expect(verify(encrypt(options, 'bí mật'), trust)).toMatchObject({
      verdict: 'CHUA_XAC_DINH',
      reasons: [{ code: 'file.encrypted' }],
    });
  });

  test('we write into none', needs('qpdf', 'mutool'), () => {
    const encrypted = encrypt(options);
    const refused = { ok: false, error: { code: 'pdf.encrypted' } };

    expect(
      prepareSignature(platform, encrypted, {
        field: 'ky_ca_nhan',
        certificates: office.pki.chainOf(office.leader),
        signedAtMs: 0,
        appearance: { kind: 'none' },
      }),
    ).toMatchObject(refused);
    expect(addValidationData(platform, encrypted, [])).toMatchObject(refused);
    const bare = encrypt(options, '', fixture('chromium-draft.pdf'));
    expect(
      prepareFields(platform, bare, { places: placesFor(fixture('chromium-draft.pdf')), fonts }),
    ).toMatchObject(refused);
  });
});

describe('attack 33: an encrypted file that was signed', needs('qpdf', 'mutool'), () => {
  const aSigned = (): Uint8Array => signByMupdf(encrypt(['128', '--use-aes=y']), 'ky_ca_nhan');
  const codes = (bytes: Uint8Array): readonly string[] => {
    const { reasons, signatures } = verify(bytes, trust, Date.now());
    return [...reasons, ...signatures.flatMap((one) => one.reasons)].map(({ code, where }) =>
      code === 'file.broken-signed' ? `${code} ${where}` : code,
    );
  };

  test('a byte of it that was changed is found', () => {
    const signed = aSigned();
    const at = latin(signed).indexOf('stream\n') + 40;
    const changed = signed.map((byte, i) => (i === at ? byte ^ 1 : byte));

    expect(verify(changed, trust, Date.now())).toMatchObject({
      verdict: 'KHONG_HOP_LE',
      signatures: [{ integrity: 'broken' }],
    });
  });

  test('a page that was changed behind it is found; an increment that changes nothing is not', () => {
    const signed = aSigned();
    const page = listPages(judged(signed).now)[0];
    const num = page?.ref.num ?? 0;
    const object = judged(signed).now.find(num);
    const body = latin(signed.subarray(object?.start, object?.end))
      .replace(/^\d+ \d+ obj\s*/, '')
      .replace(/\s*endobj$/, '');
    const before = codes(signed);

    expect(codes(increment(signed, [[num, body]]))).toEqual(before);
    expect(codes(increment(signed, [[num, body.replace(/>>$/, '/Rotate 90 >>')]]))).toContain(
      'change.page',
    );
  });

  test('a stream that was written again under another vector is the same; with other words it is not', () => {
    // The same name of the file gives the same key; each encryption has vectors of its own.
    const options = ['128', '--use-aes=y', '--static-id'];
    const signed = signByMupdf(encrypt(options), 'ky_ca_nhan');
    const again = encrypt(options);
    const num = contentsNumber(signed);
    const bodyIn = (bytes: Uint8Array): string => {
      const object = judged(bytes).now.find(num);
      return latin(bytes.subarray(object?.start, object?.end))
        .replace(/^\d+ \d+ obj\s*/, '')
        .replace(/\s*endobj$/, '');
    };
    const [body, middle] = [bodyIn(again), Math.floor(bodyIn(again).length / 2)];
    const flipped = String.fromCharCode(body.charCodeAt(middle) ^ 1);

    expect(body).not.toBe(bodyIn(signed));
    expect(codes(increment(signed, [[num, body]]))).toEqual(codes(signed));
    expect(
      codes(increment(signed, [[num, body.slice(0, middle) + flipped + body.slice(middle + 1)]])),
    ).toContain('change.page');
  });

  test('a later revision with another way to decrypt is not judged at all', () => {
    const signed = aSigned();
    const written = judged(signed).now.trailer.entries.get('Encrypt')?.value;
    const num = isKind(written, 'ref') ? written.num : 0;
    const { size } = judged(signed).now;
    const rotated = `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${'00'.repeat(32)}> /U <${'00'.repeat(32)}> >>`;

    const crafted = [
      increment(signed, [[num, rotated]]),
      increment(signed, [[size, rotated]], { Encrypt: `${size} 0 R` }),
      increment(signed, [[size, '<< >>']], { Encrypt: '' }),
      increment(signed, [[size, '<< >>']], { ID: `[<${'00'.repeat(16)}><${'00'.repeat(16)}>]` }),
      increment(signed, [[size, '<< >>']], { ID: '' }),
    ];

    expect(crafted.map((one) => codes(one))).toEqual(crafted.map(() => ['file.encrypted']));
    expect(codes(increment(signed, [[size, '<< >>']]))).toEqual(codes(signed));
  });
});
