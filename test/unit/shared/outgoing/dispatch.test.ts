import { describe, expect, test } from 'vitest';
import { actSurroundings } from '../../../support/act-context';
import { withDeliveryNews } from '@shared/domain/document/delivery';
import { OutgoingDocument, OutgoingState } from '@shared/domain/document/outgoing-document';
import { stepsOpenTo } from '@shared/domain/document/outgoing-work';
import { Agency } from '@shared/domain/organ/organ';
import { Role, type User } from '@shared/domain/organ/user';
import { LocalDate } from '@shared/kernel/local-date';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct, previewOperation } from '@shared/sync/acts/acts';
import { OutboxMessage } from '@shared/sync/outbox-message';
import { anId, anOperation, aUserWith, sample, sampleScope } from '../../../support/core-builders';
import {
  aRecord,
  aSealedDocument,
  deliveryId,
  neighbour,
} from '../../../support/dispatch-builders';

const NOW = '2026-03-02T09:00:00.000Z';
const organ = {
  id: sample.organId,
  officeId: sample.officeId,
  kind: 'UBND',
  name: 'Ủy ban nhân dân xã Thử Nghiệm',
  shortName: 'UBND',
  code: 'H99.001',
};
const directory = [
  { id: anId(12, 1), code: neighbour.code, name: neighbour.name, officeId: neighbour.officeId },
  { id: anId(12, 2), code: 'H99.900', name: 'Sở Nội vụ', officeId: null },
].map((entry) => Agency.parse(entry));

const operationBy = (role: Role) =>
  anOperation({
    kind: 'cmd.dispatch',
    role,
    body: {},
    target: { type: 'outgoingDocument', id: sample.documentId },
  });

interface Deciding {
  readonly document?: OutgoingDocument;
  readonly role?: Role;
  readonly actor?: User;
}

/** The server's decision on dispatching, with what the act asked the server for and nothing else. */
function decide({ document = aSealedDocument(), role = 'vanThu', actor }: Deciding = {}) {
  const operation = operationBy(role);
  const target = aRecord('outgoingDocument', sample.documentId, document);
  const bound = findAct('outgoingDocument', 'cmd.dispatch')?.parse(operation.body);
  if (!bound) throw new Error('no act');
  const { records: needed = [], agencyCodes = [] } = bound.needs(target);
  const held = [aRecord('organ', sample.organId, organ)].filter(({ id }) =>
    needed.some((reference: { readonly id: string }) => reference.id === id),
  );
  const context: DecisionContext = {
    operation,
    actor: actor ?? aUserWith(role),
    scope: sampleScope,
    today: LocalDate.parse('2026-03-02'),
    now: NOW,
    records: new Map([target, ...held].map((record) => [record.id, record])),
    agencies: new Map(
      directory
        .filter(({ code }) => agencyCodes.includes(code))
        .map((entry) => [entry.code, entry]),
    ),
    register: undefined,
    ...actSurroundings,
    derivedId: (name) => (name === `delivery:${neighbour.code}` ? deliveryId : anId(13, 1)),
  };
  return bound.decide(context);
}

function accepted(decision: ReturnType<typeof decide>) {
  if (decision.status !== 'accepted') throw new Error(decision.code);
  return {
    document: OutgoingDocument.parse(decision.changes[0]?.content),
    messages: (decision.deliveries ?? []).map((message) => OutboxMessage.parse(message)),
  };
}

describe('cmd.dispatch', () => {
  test('doc §9.5: dispatch goes from daDongDau only, by văn thư only', () => {
    for (const state of OutgoingState.options) {
      for (const role of Role.options) {
        const { status } = decide({ document: aSealedDocument({ state }), role });

        expect([state, role, status]).toEqual([
          state,
          role,
          state === 'daDongDau' && role === 'vanThu' ? 'accepted' : 'rejected',
        ]);
      }
    }
  });

  test('I-13: the clerk of another organ cannot dispatch', () => {
    const actor = aUserWith('vanThu', sample.otherOrganId);

    expect(decide({ actor })).toEqual({ status: 'rejected', code: 'outgoing.not-allowed' });
  });

  test('sync §12.5: a recipient in this installation gets one message with number, signer and file', () => {
    const { document, messages } = accepted(decide());

    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      kind: 'send',
      id: deliveryId,
      toOfficeId: neighbour.officeId,
      parcel: {
        senderOfficeId: sample.officeId,
        senderDocumentId: sample.documentId,
        senderName: organ.name,
        senderCode: organ.code,
        recipientCode: neighbour.code,
        codeDisplay: '120/UBND-VP',
        codeNumber: 120,
        issuedDate: '2026-03-02',
        signerName: 'Nguyễn Văn Mẫu',
        replyDueDate: '2026-03-20',
        files: [{ name: 'cong-van-dong-dau.pdf', role: 'chinh' }],
        sentAt: NOW,
      },
    });
    expect(document).toMatchObject({
      state: 'daPhatHanh',
      deliveries: [{ deliveryId, recipientCode: neighbour.code, state: 'choGui', at: NOW }],
    });
  });

  test('doc §9.5: the instant of dispatch is the server’s, whatever the workstation’s clock says', () => {
    expect(accepted(decide()).document.dispatchedAt).toBe(NOW);
  });

  test('sync §12.5: paper, internal, mail, and agencies outside this installation are only recorded', () => {
    const recipients = [
      { agencyCode: neighbour.code, name: 'Bản giấy', kind: 'chinh', channel: 'giay' },
      { agencyCode: neighbour.code, name: 'Nội bộ', kind: 'chinh', channel: 'noiBo' },
      { agencyCode: neighbour.code, name: 'Thư', kind: 'deBiet', channel: 'email' },
      { agencyCode: 'H99.900', name: 'Sở Nội vụ', kind: 'chinh', channel: 'lienThong' },
      { agencyCode: 'H99.777', name: 'Chưa có mã', kind: 'chinh', channel: 'lienThong' },
      { agencyCode: null, name: 'Ngoài danh bạ', kind: 'chinh', channel: 'lienThong' },
    ];
    const { document, messages } = accepted(decide({ document: aSealedDocument({ recipients }) }));

    expect(messages).toEqual([]);
    expect(document).toMatchObject({ state: 'daPhatHanh', deliveries: [], recipients });
  });

  test('sync §12.5: an agency named twice gets the document once', () => {
    const twice = ['chinh', 'deBiet'].map((kind) => ({
      agencyCode: neighbour.code,
      name: neighbour.name,
      kind,
      channel: 'lienThong',
    }));

    expect(
      accepted(decide({ document: aSealedDocument({ recipients: twice }) })).messages,
    ).toHaveLength(1);
  });

  test('the workstation shows only that it was asked for, and offers it no second time', () => {
    const shown = previewOperation(
      { ...aSealedDocument() },
      operationBy('vanThu'),
    ) as unknown as OutgoingDocument;

    expect(shown).toMatchObject({ state: 'daDongDau', dispatchedAt: null, deliveries: [] });
    expect(shown.dispatchRequestedAt).toBe('2026-03-02T02:00:00.000Z');
    const steps = (document: OutgoingDocument) =>
      stepsOpenTo(document, aUserWith('vanThu')).map(({ step }) => step);
    expect([steps(aSealedDocument()), steps(shown)]).toEqual([['dispatch'], []]);
  });

  test('a document of an older program has no deliveries and was not asked for', () => {
    expect(aSealedDocument()).toMatchObject({ dispatchRequestedAt: null, deliveries: [] });
  });
});

describe('news of a delivery', () => {
  const sent = aSealedDocument({
    deliveries: [
      { deliveryId, recipientCode: neighbour.code, state: 'choGui', at: NOW, reason: null },
      { deliveryId: anId(11, 2), recipientCode: 'H99.3', state: 'choGui', at: NOW, reason: null },
    ],
  });
  const news = (state: 'daGui' | 'daNhan' | 'tuChoi', reason: string | null = null) => ({
    state,
    reason,
    at: '2026-03-03T01:00:00.000Z',
  });

  test('doc §4.3: a state belongs to document and recipient', () => {
    const told = withDeliveryNews(sent, deliveryId, news('daGui'));

    expect(told.deliveries.map(({ state }) => state)).toEqual(['daGui', 'choGui']);
  });

  test('doc §4.3: news out of order never take back an answer', () => {
    const refused = withDeliveryNews(sent, deliveryId, news('tuChoi', 'Sai nơi nhận'));
    const late = withDeliveryNews(refused, deliveryId, news('daGui'));
    const contrary = withDeliveryNews(late, deliveryId, news('daNhan'));

    expect(contrary.deliveries[0]).toMatchObject({ state: 'tuChoi', reason: 'Sai nơi nhận' });
  });
});
