import { expect, test } from 'vitest';
import { OutgoingState } from '@shared/domain/document/outgoing-document';
import { stepsOpenTo, waitsFor, type OutgoingWork } from '@shared/domain/document/outgoing-work';
import type { Role } from '@shared/domain/organ/user';
import { aUserWith, sample } from '../../../support/core-builders';

const someoneElse = '00000000-0000-4000-8000-0000000000ff';

const work = (over: Partial<Record<keyof OutgoingWork, unknown>> = {}): OutgoingWork =>
  ({
    state: 'duThao',
    organId: sample.organId,
    draftedBy: someoneElse,
    signerUserId: someoneElse,
    numberRequestedAt: null,
    dispatchRequestedAt: null,
    ...over,
  }) as OutgoingWork;

const waitingStates = (role: Role, over: Partial<Record<keyof OutgoingWork, unknown>> = {}) =>
  OutgoingState.options.filter((state) => waitsFor(work({ ...over, state }), aUserWith(role)));

const own = () => aUserWith('chuyenVien').id;

test.each([
  ['chuyenVien', ['duThao', 'traLai']],
  ['lanhDaoDonVi', ['duThao', 'choDonVi', 'choKy', 'traLai']],
  ['lanhDaoVanPhong', ['duThao', 'choDonVi', 'choTheThuc', 'choKy', 'traLai']],
  ['chuTich', ['choKy']],
  ['vanThu', ['duThao', 'choTheThuc', 'daKy', 'daCapSo', 'daDongDau', 'traLai']],
  ['quanTri', []],
] as const)('§9.5: "Việc của tôi" of %s who drafts and signs', (role, states) => {
  expect(waitingStates(role, { draftedBy: own(), signerUserId: own() })).toEqual(states);
});

test.each([
  ['chuyenVien', []],
  ['lanhDaoDonVi', ['choDonVi']],
  ['chuTich', []],
  ['vanThu', ['choTheThuc', 'daKy', 'daCapSo', 'daDongDau']],
] as const)('§9.5: "Việc của tôi" of %s with the papers of others', (role, states) => {
  expect(waitingStates(role)).toEqual(states);
});

test('a number that was asked for is not asked for twice', () => {
  const asked = work({ state: 'daKy', numberRequestedAt: '2026-03-02T02:00:00.000Z' });

  expect(stepsOpenTo(asked, aUserWith('vanThu')).map(({ step }) => step)).toEqual(['returnDraft']);
});

test('a dispatch that was asked for is not asked for twice', () => {
  const asked = work({ state: 'daDongDau', dispatchRequestedAt: '2026-03-02T02:00:00.000Z' });

  expect(stepsOpenTo(asked, aUserWith('vanThu'))).toEqual([]);
});

test('a role at another organ opens nothing', () => {
  const elsewhere = aUserWith('vanThu', someoneElse);

  expect(stepsOpenTo(work({ state: 'choTheThuc' }), elsewhere)).toEqual([]);
});
