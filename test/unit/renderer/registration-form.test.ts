import { expect, test } from 'vitest';
import { LocalDate } from '@shared/kernel/local-date';
import {
  emptyRegistration,
  findTypedDocumentType,
  readRegistration,
  type RegistrationValues,
} from '../../../src/renderer/features/incoming/registration-form';
import { sampleIds } from '../../support/office-sample';

const today = LocalDate.parse('2026-11-21');
const context = {
  today,
  organId: sampleIds.organ,
  issuerCode: null,
  files: [],
  language: 'Tiếng Việt',
};

const typed = (over: Partial<RegistrationValues> = {}): RegistrationValues => ({
  ...emptyRegistration(today),
  registerId: sampleIds.register,
  issuerName: ' Sở  Nội vụ ',
  codeDisplay: '45/SNV-VP',
  issuedDate: '2011',
  documentType: 'Công văn',
  subject: 'Báo cáo công tác văn thư',
  notSecretConfirmed: true,
  ...over,
});

const errorsOf = (values: RegistrationValues) => {
  const read = readRegistration(values, context);
  return read.ok ? {} : read.errors;
};

test('typed dates and spaces become what the register stores', () => {
  const read = readRegistration(typed(), context);

  expect(read).toMatchObject({
    ok: true,
    value: {
      issuerName: 'Sở Nội vụ',
      issuedDate: '2026-11-20',
      arrivalDate: '2026-11-21',
      codeNumber: '45',
      note: null,
    },
  });
});

test.each(['2011', '20/11', '20.11.26', '20/11/2026', '20112026'])(
  'the date %s is read as 20/11/2026',
  (issuedDate) => {
    expect(readRegistration(typed({ issuedDate }), context)).toMatchObject({
      value: { issuedDate: '2026-11-20' },
    });
  },
);

test('a document date after the arrival date asks for a note, and is taken with one', () => {
  expect(errorsOf(typed({ issuedDate: '25/11' })).note).toContain('25/11/2026');
  expect(
    readRegistration(typed({ issuedDate: '25/11', note: 'Văn bản ghi ngày 25' }), context).ok,
  ).toBe(true);
});

test('a paper without a date is registered as undated, never by leaving the date out', () => {
  expect(errorsOf(typed({ issuedDate: '' })).issuedDate).toContain('Văn bản không ghi ngày');
  expect(readRegistration(typed({ issuedDate: '', undated: true }), context)).toMatchObject({
    value: { issuedDate: null },
  });
});

test('VB003: the arrival date may not lie in the future', () => {
  expect(errorsOf(typed({ arrivalDate: '22/11' })).arrivalDate).toBe(
    'Ngày đến không được ở tương lai.',
  );
});

test('what is no date is said at its own field', () => {
  expect(errorsOf(typed({ arrivalDate: '32/13', issuedDate: 'hôm qua' }))).toMatchObject({
    arrivalDate: expect.stringContaining('Ngày không đúng'),
    issuedDate: expect.stringContaining('Ngày không đúng'),
  });
});

test('an answer that is asked for needs a due date, not before arrival', () => {
  expect(errorsOf(typed({ requiresReply: true })).dueDate).toBeDefined();
  expect(errorsOf(typed({ requiresReply: true, dueDate: '20/11' })).dueDate).toContain(
    'không được trước ngày đến',
  );
});

test('types are found by name or abbreviation, with or without marks, and never by guessing', () => {
  expect(findTypedDocumentType('cong van')).toBe('CV');
  expect(findTypedDocumentType('QĐ')).toBe('QD');
  expect(findTypedDocumentType('bc')).toBe('BC');
  expect(findTypedDocumentType('TTr')).toBe('TTR');
  expect(findTypedDocumentType('Nghị quyết')).toBeUndefined();
  expect(findTypedDocumentType('')).toBeUndefined();
});
