import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { slipText, type NumberSlip } from '@shared/domain/register/number-slip';
import { fromHex } from '@shared/kernel/bytes';
import { DocumentId, RegisterId } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import type {
  Authority,
  NumberReply,
  NumberRequest,
  ReleaseReply,
  ReleaseRequest,
} from '@shared/protocol/relay-message';
import { fromBase64 } from '@shared/kernel/bytes';
import type { Verify } from '@shared/relay/signed';
import type { OperationDraft } from '@shared/sync/operation';

export interface HubNumbersDeps {
  /** Registers that the hub gives numbers of, while it answers. */
  readonly registers: () => readonly string[];
  readonly ask: (request: NumberRequest) => Promise<Result<NumberReply>>;
  readonly release: (request: ReleaseRequest) => Promise<Result<ReleaseReply>>;
  readonly authority: () => Authority | undefined;
  readonly verify: Verify;
  readonly findDocument: (id: string) => OutgoingDocument | undefined;
}

/**
 * Turns requests into numbers of the hub, where it holds the register (sync §20): the same step for the clerk as ever. What the hub does not give now stays a request, and waits for the province.
 */
export function createHubNumbers(deps: HubNumbersDeps) {
  async function numbered(draft: OperationDraft): Promise<OperationDraft> {
    const registerId = RegisterId.safeParse(draft.body['registerId']);
    const documentId = DocumentId.safeParse(draft.target.id);
    if (draft.kind !== 'cmd.requestNumber' || !registerId.success || !documentId.success)
      return draft;
    if (!deps.registers().includes(registerId.data) || !isComplete(draft)) return draft;
    const request = { registerId: registerId.data, documentId: documentId.data };
    const given = await deps.ask(request);
    if (!given.ok || !isOf(given.value.slip, request)) return draft;
    const { slip } = given.value;
    return { ...draft, kind: 'cmd.takeNumber', body: { slip, code: draft.body['code'] ?? null } };
  }

  /** Signed by a hub of this office, for this paper: nothing else becomes a number on a screen. */
  function isOf(slip: NumberSlip, { registerId, documentId }: NumberRequest): boolean {
    const hub = deps
      .authority()
      ?.devices.find(
        ({ kind, deviceId, inc }) =>
          kind === 'hub' && deviceId === slip.deviceId && inc === slip.inc,
      );
    return (
      hub !== undefined &&
      slip.registerId === registerId &&
      slip.documentId === documentId &&
      deps.verify(fromBase64(hub.publicKey), slipText(slip), fromHex(slip.sig))
    );
  }

  /** Signed, unnumbered, and with what its code is printed with; an arrival and a copy are complete when they are saved. */
  function isComplete({ target, body }: OperationDraft): boolean {
    if (target.type !== 'outgoingDocument') return true;
    const document = deps.findDocument(target.id);
    return Boolean(
      document && document.state === 'daKy' && document.codeNumber === null && body['code'],
    );
  }

  /** Giving a register back is the hub's word alone: without it nothing is saved. */
  async function released(draft: OperationDraft): Promise<Result<OperationDraft>> {
    const registerId = RegisterId.safeParse(draft.target.id);
    if (draft.kind !== 'cmd.releaseHubLease' || !registerId.success) return ok(draft);
    const reply = await deps.release({ registerId: registerId.data });
    return reply.ok ? ok({ ...draft, body: { release: reply.value.release } }) : reply;
  }

  /** One after another: numbers follow the order in which they were asked for. */
  return async (drafts: readonly OperationDraft[]): Promise<Result<readonly OperationDraft[]>> => {
    const out: OperationDraft[] = [];
    for (const draft of drafts) {
      const done = await released(await numbered(draft));
      if (!done.ok) return done;
      out.push(done.value);
    }
    return ok(out);
  };
}

export type TakeHubNumbers = ReturnType<typeof createHubNumbers>;

/**
 * Papers that wait for a number of the hub's register: because the hub was away when it was asked for, or its answer was
 * lost. It gives the same paper its number again; what it does not give now is no second request.
 */
export async function serveByHub<Saved>(
  take: TakeHubNumbers,
  save: (drafts: readonly OperationDraft[]) => Promise<Result<Saved>>,
  requests: readonly OperationDraft[],
): Promise<Result<{ readonly given: number }>> {
  const taken = await take(requests.filter(({ kind }) => kind === 'cmd.requestNumber'));
  if (!taken.ok) return taken;
  const given = taken.value.filter(({ kind }) => kind === 'cmd.takeNumber');
  if (given.length === 0) return ok({ given: 0 });
  const saved = await save(given);
  return saved.ok ? ok({ given: given.length }) : saved;
}
