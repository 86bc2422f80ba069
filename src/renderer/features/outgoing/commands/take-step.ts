import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { OpenStep } from '@shared/domain/document/outgoing-work';
import type { Bridge } from '@shared/ipc/contract';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';

/** What a person adds to a step. */
export type StepGiven =
  | { readonly step: 'submitDraft' }
  | { readonly step: 'approveContent'; readonly opinion: string }
  | {
      readonly step: 'approveFormat';
      readonly pdf: AttachedFile;
      readonly opinion: string;
    }
  | { readonly step: 'returnDraft'; readonly reason: string }
  | { readonly step: 'dropDraft'; readonly reason: string }
  | {
      readonly step: 'requestNumber';
      readonly registerId: string;
      /** What the code is printed with, for a machine that numbers by itself; null where it is not known here. */
      readonly code: { readonly organShortName: string; readonly unitAbbreviation: string } | null;
    }
  | { readonly step: 'dispatch' };

export type OfferedStep = StepGiven['step'];

/** Saves one step; resolves once the journal has it. */
export async function takeStep(
  bridge: Bridge,
  { id, rev, document }: Pick<OutgoingDetail, 'id' | 'rev' | 'document'>,
  role: OpenStep['role'],
  given: StepGiven,
): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: [
      {
        kind: `cmd.${given.step}`,
        target: { type: 'outgoingDocument', id },
        base: rev === 0 ? null : rev,
        role,
        body: bodyOf(given),
        ...newFiles(given, document.drafts),
      },
    ],
  });
  return answer.ok ? ok(undefined) : answer;
}

function bodyOf(given: StepGiven): JsonObject {
  switch (given.step) {
    case 'submitDraft':
    case 'dispatch':
      return {};
    case 'approveContent':
      return { opinion: textOrNull(given.opinion) };
    case 'approveFormat':
      return {
        pdf: given.pdf,
        opinion: textOrNull(given.opinion),
      };
    case 'returnDraft':
    case 'dropDraft':
      return { reason: given.reason.trim() };
    case 'requestNumber':
      return {
        registerId: given.registerId,
        ...(given.code === null ? {} : { code: given.code }),
      };
  }
}

/** A draft that becomes the final PDF has been sent with the draft already, and need not lie on this machine. */
function newFiles(given: StepGiven, drafts: readonly AttachedFile[]) {
  if (given.step !== 'approveFormat') return {};
  const { sha256 } = given.pdf;
  return drafts.some((draft) => draft.sha256 === sha256) ? {} : { files: [sha256] };
}

const textOrNull = (text: string): string | null => text.trim() || null;
