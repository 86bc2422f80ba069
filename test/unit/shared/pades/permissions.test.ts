import { beforeAll, expect, test } from 'vitest';
import { appendRevision, objectNumbers } from '../../../../src/shared/pades/append';
import { isLocked } from '../../../../src/shared/pades/permissions';
import { listPages } from '../../../../src/shared/pades/reader/pages';
import { isKind } from '../../../../src/shared/pades/reader/objects';
import { prepareSignature, type SignatureOptions } from '../../../../src/shared/pades/signature';
import { editDict, pdfBytes, refText } from '../../../../src/shared/pades/syntax';
import {
  anOffice,
  fixture,
  needs,
  open,
  platform,
  prepared,
  run,
  saved,
  sealAsOffice,
  SIGNED_AT,
  signWith,
  temporaryFolder,
  value,
  verify,
  type Office,
} from './helpers';

let office: Office;
let ready: Uint8Array;
beforeAll(() => {
  office = anOffice();
  ready = prepared(fixture('hand-cr-line-ends.pdf'));
});

const certified = (certify: 1 | 2 | 3): Uint8Array =>
  signWith(office, ready, office.leader, { field: 'ky_ca_nhan', certify });

function attempt(
  bytes: Uint8Array,
  options: Partial<SignatureOptions> & Pick<SignatureOptions, 'field'>,
): string {
  const done = prepareSignature(platform, bytes, {
    certificates: office.pki.chainOf(office.organ),
    signedAtMs: SIGNED_AT,
    appearance: { kind: 'none' },
    ...options,
  });
  return done.ok ? 'ok' : done.error.code;
}

const newField = { field: 'moi', place: { page: 0, rect: [10, 10, 60, 40] as const } };

test.each([
  [1, 'signing.certified', 'signing.certified'],
  [2, 'ok', 'signing.certified'],
  [3, 'ok', 'signing.certified'],
] as const)('S-8: P=%i: prepared field %s, new field %s', (level, existing, added) => {
  expect(attempt(certified(level), { field: 'ky_co_quan' })).toBe(existing);
  expect(attempt(certified(level), newField)).toBe(added);
});

test('S-8: certification only as the first signature', () => {
  const signed = signWith(office, ready, office.leader, { field: 'ky_ca_nhan' });

  expect(attempt(signed, { field: 'ky_co_quan', certify: 2 })).toBe('signing.already-signed');
});

test('V-8: P=2 and then number, date and seal: permitted', needs('pdfsig', 'qpdf'), () => {
  const bytes = sealAsOffice(office, certified(2));

  const { signatures, verdict } = verify(bytes, office.trust);

  expect(signatures.map(({ changes }) => changes)).toEqual(['permitted', 'none']);
  expect(verdict).toBe('HOP_LE_CANH_BAO');
  const path = saved(temporaryFolder(), 'x.pdf', bytes);
  expect(run('pdfsig', ['-nocert', path]).match(/Signature is Valid/g)?.length).toBe(2);
  expect(run('qpdf', ['--check', path])).toContain('No syntax');
});

/** An annotation added by somebody. */
function annotated(bytes: Uint8Array): Uint8Array {
  const file = open(bytes);
  const [page] = listPages(file.now);
  if (!page) throw new Error('no page');
  const num = objectNumbers(file)();
  const annots = file.now.get(page.dict, 'Annots');
  const kept = isKind(annots, 'array')
    ? annots.items.map((item) => (isKind(item, 'ref') ? refText(item) : ''))
    : [];
  const source = file.now.find(page.ref.num)?.source ?? file.bytes;
  return value(
    appendRevision(file, [
      {
        num,
        gen: 0,
        body: pdfBytes('<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (x) >>'),
      },
      {
        ...page.ref,
        body: editDict(source, page.dict, { Annots: `[${kept.join(' ')} ${num} 0 R]` }),
      },
    ]),
  ).bytes;
}

test.each([
  [undefined, 'notPermitted', 'KHONG_HOP_LE'],
  [1, 'notPermitted', 'KHONG_HOP_LE'],
  [2, 'notPermitted', 'KHONG_HOP_LE'],
  [3, 'annotations', 'HOP_LE_CANH_BAO'],
] as const)('V-8, attack 14: an annotation under P=%s: %s', (level, changes, verdict) => {
  const signed = level
    ? certified(level)
    : signWith(office, ready, office.leader, { field: 'ky_ca_nhan' });

  const report = verify(annotated(signed), office.trust);

  expect(report.signatures[0]?.changes).toBe(changes);
  expect(report.verdict).toBe(verdict);
});

test('FieldMDP names fields and everything below them', () => {
  const include = { action: 'Include', fields: ['so'] } as const;
  const exclude = { action: 'Exclude', fields: ['so'] } as const;

  expect(['so', 'so.a', 'sos'].map((name) => isLocked(include, name))).toEqual([true, true, false]);
  expect(['so', 'so.a', 'sos'].map((name) => isLocked(exclude, name))).toEqual([
    false,
    false,
    true,
  ]);
  expect(isLocked({ action: 'All' }, 'x')).toBe(true);
});
