import { expect, test } from 'vitest';
import { appendRevision, objectNumbers } from '../../../../src/shared/pades/append';
import { pdfBytes } from '../../../../src/shared/pades/syntax';
import {
  anOffice,
  fixture,
  open,
  prepared,
  sealAsOffice,
  signAsLeader,
  signableFixtures,
  value,
  verify,
} from './helpers';

const addNothingMuch = (bytes: Uint8Array): Uint8Array => {
  const file = open(bytes);
  return value(
    appendRevision(file, [
      { num: objectNumbers(file)(), gen: 0, body: pdfBytes('<< /Test true >>') },
    ]),
  ).bytes;
};

test.each(signableFixtures)('S-5: the output starts with the input: %s', (name) => {
  const input = fixture(name);

  const output = addNothingMuch(addNothingMuch(input));

  expect(Buffer.from(output.subarray(0, input.length)).equals(Buffer.from(input))).toBe(true);
  expect(open(output).revisions.length).toBe(open(input).revisions.length + 2);
});

test.each(signableFixtures)('S-6: the cross-reference stays of its kind: %s', (name) => {
  const kindOf = (bytes: Uint8Array) => open(bytes).revisions.at(-1)?.sections[0]?.kind;

  expect(kindOf(addNothingMuch(fixture(name)))).toBe(kindOf(fixture(name)));
});

test('S-6: a signature writes at most 8 objects and touches nothing shared', () => {
  const office = anOffice();
  const bytes = prepared(fixture('chromium-draft.pdf'));

  const signed = open(signAsLeader(office, bytes));
  const entries = signed.revisions.at(-1)?.sections[0]?.entries ?? new Map();

  expect(entries.size).toBeLessThanOrEqual(8);
  const changed = [...entries.keys()].filter((num) => open(bytes).now.find(num));
  expect(changed.length, 'only the field itself').toBe(1);
});

test('S-11: number, date and seal are one increment of the fields and new objects alone', () => {
  const office = anOffice();
  const leader = signAsLeader(office, prepared(fixture('qpdf-object-streams.pdf')));

  const sealed = open(sealAsOffice(office, leader));
  const entries = sealed.revisions.at(-1)?.sections[0]?.entries ?? new Map();

  const changed = [...entries.keys()].filter((num) => open(leader).now.find(num));
  expect(sealed.revisions.length).toBe(open(leader).revisions.length + 1);
  expect(changed.length, 'so, ngay, ky_co_quan').toBe(3);
});

const withTail = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array([...bytes, ...pdfBytes('junk\n9 0 obj\n<< >>\nendobj\n')]);

test('S-5: bytes behind the last revision of a signed file are not appended to', () => {
  const signed = signAsLeader(anOffice(), prepared(fixture('chromium-draft.pdf')));
  const file = open(withTail(signed));

  const appended = appendRevision(file, [{ num: 900, gen: 0, body: pdfBytes('null') }]);

  expect(appended).toMatchObject({
    ok: false,
    error: { code: 'signing.signatures-not-understood' },
  });
});

test.each(['chromium-draft.pdf', 'qpdf-object-streams.pdf'])(
  'S-5: junk behind an unsigned file is signed with it, byte for byte: %s',
  (name) => {
    const office = anOffice();
    const input = withTail(fixture(name));

    const sealed = sealAsOffice(office, signAsLeader(office, prepared(input)));

    expect(Buffer.from(sealed.subarray(0, input.length)).equals(Buffer.from(input))).toBe(true);
    expect(verify(sealed, office.trust).signatures).toMatchObject([
      { integrity: 'intact', changes: 'permitted', trust: 'trusted' },
      { integrity: 'intact', changes: 'none', trust: 'trusted' },
    ]);
  },
);

test('S-5: bytes before the header stay, where the offsets count from the first byte', () => {
  const office = anOffice();
  const junk = 'a line of a mail\n';
  const input = shifted(fixture('hand-cr-line-ends.pdf'), junk);

  const signed = signAsLeader(office, prepared(input));

  expect(Buffer.from(signed.subarray(0, input.length)).equals(Buffer.from(input))).toBe(true);
  expect(verify(signed, office.trust).signatures).toMatchObject([
    { integrity: 'intact', changes: 'none', trust: 'trusted' },
  ]);
});

/** The file behind `junk`, its offsets counted from the first byte of all. */
function shifted(bytes: Uint8Array, junk: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const moved = (digits: string): string =>
    String(Number(digits) + junk.length).padStart(digits.length, '0');
  return pdfBytes(
    junk + text.replaceAll(/\d{10}(?= \d{5} n)/g, moved).replace(/(?<=startxref\s+)\d+/, moved),
  );
}
