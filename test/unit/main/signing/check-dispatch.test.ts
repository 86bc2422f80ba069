import { expect, test } from 'vitest';
import { checkDispatch } from '../../../../src/main/features/signing/check-dispatch';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { Verdict, VerificationReport } from '@shared/domain/signing/verification-report';
import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import { ok } from '@shared/kernel/result';
import type { OperationDraft } from '@shared/sync/operation';
import { aFile, anId } from '../../../support/core-builders';

const target = { type: 'outgoingDocument', id: anId(5, 1) } as const;
const aDraft = (kind: OperationDraft['kind']): OperationDraft => ({
  kind,
  target,
  base: 1,
  role: 'vanThu',
  body: {},
});

function decide(
  verdict: Verdict,
  channel: string,
  draft = aDraft('cmd.dispatch'),
  ofAppendix?: Verdict,
  seen: Partial<VisualReport> = {},
) {
  const appendix = { id: anId(17, 1), file: aFile('phu-luc.pdf'), isSigned: true };
  const judged: string[] = [];
  const document = {
    finalPdf: aFile('cong-van.pdf'),
    recipients: [{ channel }],
    appendices: ofAppendix === undefined ? [] : [appendix],
  } as unknown as OutgoingDocument;
  return checkDispatch(
    {
      desk: { findDocument: (id) => (id === target.id ? document : undefined) },
      verifyFile: async (sha256) => {
        judged.push(sha256);
        const isAppendix = sha256 === appendix.file['sha256'];
        return ok({
          verdict: isAppendix ? ofAppendix : verdict,
          signatures: [{ verdict, signedLength: 100, changes: 'none', reasons: [] }],
        } as unknown as VerificationReport);
      },
      compareFile: async () => ok({ changes: [], covering: [], stoppedBy: null, ...seen }),
    },
    [draft],
  ).then((result) => ({ code: result.ok ? 'ok' : result.error.code, judged: judged.length }));
}

test.each([
  ['HOP_LE', 'ok'],
  ['HOP_LE_CANH_BAO', 'ok'],
  ['CHUA_XAC_DINH', 'signing.not-checked-yet'],
  ['KHONG_HOP_LE', 'signing.not-valid'],
  ['KHONG_CO_CHU_KY', 'signing.not-valid'],
] as const)('VB033: electronic sending with the verdict %s answers %s', async (verdict, code) => {
  expect(await decide(verdict, 'lienThong')).toEqual({ code, judged: 1 });
});

test('VB033: a separate appendix is judged like its document', async () => {
  const withAppendix = (verdict: Verdict) =>
    decide('HOP_LE', 'lienThong', aDraft('cmd.dispatch'), verdict);

  expect(await withAppendix('HOP_LE')).toEqual({ code: 'ok', judged: 2 });
  expect(await withAppendix('CHUA_XAC_DINH')).toMatchObject({ code: 'signing.not-checked-yet' });
});

test('VB033, V-10: what looks different from what was signed is not sent; what could not be compared is', async () => {
  const changed = { signedLength: 100, page: 2, area: null, signed: null, present: null };
  const answer = async (seen: Partial<VisualReport>) =>
    (await decide('HOP_LE', 'lienThong', undefined, undefined, seen)).code;

  expect(await answer({ changes: [changed] })).toBe('signing.not-valid');
  expect(await answer({ stoppedBy: 'size' })).toBe('ok');
});

test('corrections, item 8: a paper sent on paper alone is not held for revocation', async () => {
  expect(await decide('CHUA_XAC_DINH', 'giay')).toEqual({ code: 'ok', judged: 0 });
});

test('other acts are not judged; a document that main does not know is not sent', async () => {
  expect(await decide('KHONG_HOP_LE', 'lienThong', aDraft('cmd.requestNumber'))).toEqual({
    code: 'ok',
    judged: 0,
  });
  const unknown = { ...aDraft('cmd.dispatch'), target: { ...target, id: anId(5, 2) } };
  expect(await decide('HOP_LE', 'lienThong', unknown)).toEqual({
    code: 'signing.document-unknown',
    judged: 0,
  });
});
