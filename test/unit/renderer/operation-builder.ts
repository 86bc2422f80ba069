import { IncomingRegistration } from '@shared/domain/document/incoming-document';
import { CHAIN_START, type Operation } from '@shared/sync/operation';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { incomingContent, sampleIds } from '../../support/office-sample';

/** A registration made on this machine, waiting for the server. */
export function aCreateOperation(documentId: string, over: JsonObject = {}): Operation {
  const body = IncomingRegistration.parse(incomingContent(1, over)) as unknown as JsonObject;
  return {
    opId: crypto.randomUUID(),
    dev: sampleIds.office,
    inc: 1,
    n: 1,
    actor: sampleIds.clerk,
    role: 'vanThu',
    office: sampleIds.office,
    kind: 'create',
    target: { type: 'incomingDocument', id: documentId },
    base: null,
    body,
    schema: 1,
    proto: 1,
    at: {
      wall: 1_790_000_000_000,
      tzOffset: 420,
      bootId: 'boot',
      mono: 1,
      trustedLow: null,
      trustedHigh: null,
    },
    prev: CHAIN_START,
    sig: '0'.repeat(128),
  } as unknown as Operation;
}
