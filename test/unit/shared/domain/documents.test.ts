import { describe, expect, test } from 'vitest';
import { checkRegistration } from '@shared/domain/document/check-registration';
import { splitCodeDisplay } from '@shared/domain/document/code-display';
import { documentTypes, findDocumentType } from '@shared/domain/document/document-type';
import { IncomingRegistration } from '@shared/domain/document/incoming-document';
import { LocalDate } from '@shared/kernel/local-date';
import { aFile, aRegistration } from '../../../support/core-builders';

const today = LocalDate.parse('2026-03-02');

describe('registering an incoming document', () => {
  test('VB003: an arrival date after today is refused', () => {
    const checked = checkRegistration(aRegistration({ arrivalDate: '2026-03-03' }), today);

    expect(checked).toMatchObject({ ok: false, error: { code: 'incoming.arrival-in-future' } });
  });

  test('VB003: today itself is accepted', () => {
    expect(checkRegistration(aRegistration({ arrivalDate: '2026-03-02' }), today).ok).toBe(true);
  });

  test('a document dated after its arrival needs a note', () => {
    const registration = { issuedDate: '2026-03-05', arrivalDate: '2026-03-02' };

    expect(checkRegistration(aRegistration(registration), today)).toMatchObject({
      ok: false,
      error: { code: 'incoming.document-date-needs-note', issuedDate: '2026-03-05' },
    });
    expect(
      checkRegistration(aRegistration({ ...registration, note: 'Ngày ghi nhầm' }), today).ok,
    ).toBe(true);
  });

  test('a paper without a date needs no note', () => {
    expect(checkRegistration(aRegistration({ issuedDate: null }), today).ok).toBe(true);
  });

  test.each([
    ['2026-03-01', false],
    ['2026-03-02', true],
    ['2026-03-20', true],
  ])('an answer due on %s for a paper of 2 March: accepted %s', (dueDate, accepted) => {
    expect(checkRegistration(aRegistration({ dueDate }), today).ok).toBe(accepted);
  });

  test.each([
    ['a subject of four letters', { subject: 'Họpp' }],
    ['a subject of 501 letters', { subject: 'ế'.repeat(501) }],
    ['no statement that it carries no secrecy mark', { notSecretConfirmed: false }],
    ['an issuer of one letter', { issuerName: 'A' }],
    ['an unknown document type', { documentTypeId: 'XX' }],
    ['priority 5', { priority: 5 }],
    ['an empty code', { codeDisplay: '' }],
    ['no pages', { pageAmount: 0 }],
    ['a day that is not in the calendar', { arrivalDate: '2026-02-29' }],
  ])('%s is not accepted', (_name, overrides) => {
    const typed = { ...aRegistration(), ...overrides };

    expect(IncomingRegistration.safeParse(typed).success).toBe(false);
  });

  test('500 letters in either Unicode form are accepted', () => {
    const subject = 'ế'.repeat(500).normalize('NFD');

    expect(IncomingRegistration.safeParse(aRegistration({ subject })).success).toBe(true);
  });

  test('fifty files are accepted and fifty-one are not', () => {
    const files = (count: number) => Array.from({ length: count }, (_, i) => aFile(`${i}.pdf`));

    expect(IncomingRegistration.safeParse({ ...aRegistration(), files: files(50) }).success).toBe(
      true,
    );
    expect(IncomingRegistration.safeParse({ ...aRegistration(), files: files(51) }).success).toBe(
      false,
    );
  });
});

describe('the code as printed', () => {
  test.each([
    ['15/SNV-TCHC', '15', 'SNV-TCHC'],
    ['123a/QĐ-UBND', '123a', 'QĐ-UBND'],
    ['45 / TB-VP', '45', 'TB-VP'],
    ['12-NQ/TU', '12', 'NQ/TU'],
    ['Không số', null, null],
    ['/UBND', null, null],
  ])('%s has number %s and notation %s', (display, codeNumber, codeNotation) => {
    expect(splitCodeDisplay(display)).toEqual({ codeNumber, codeNotation });
  });
});

describe('document types', () => {
  test('the decree names twenty-nine, in its order', () => {
    const named = documentTypes.filter(({ group }) => group === 'hanhChinh');

    expect(named).toHaveLength(29);
    expect(named.slice(0, 3).map(({ abbreviation }) => abbreviation)).toEqual(['NQ', 'QĐ', 'CT']);
  });

  test('no two share an id', () => {
    expect(new Set(documentTypes.map(({ id }) => id)).size).toBe(documentTypes.length);
  });

  test('a công văn has no abbreviation in its symbol', () => {
    expect(findDocumentType('CV')?.abbreviation).toBe('');
    expect(findDocumentType('unknown')).toBeUndefined();
  });
});
