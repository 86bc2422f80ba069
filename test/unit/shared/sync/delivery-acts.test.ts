import { describe, expect, test } from 'vitest';
import { actSurroundings } from '../../../support/act-context';
import { Delivery } from '@shared/domain/document/delivery';
import { IncomingDocument } from '@shared/domain/document/incoming-document';
import { Role, type User } from '@shared/domain/organ/user';
import { LocalDate } from '@shared/kernel/local-date';
import type { DecisionContext } from '@shared/sync/acts/act';
import { findAct, previewOperation } from '@shared/sync/acts/acts';
import { OutboxMessage } from '@shared/sync/outbox-message';
import {
  anId,
  anOperation,
  aRegistration,
  aUser,
  aUserWith,
  sample,
  sampleScope,
} from '../../../support/core-builders';
import { aDelivery, aRecord, deliveryId, neighbour } from '../../../support/dispatch-builders';

const NOW = '2026-03-02T09:00:00.000Z';

interface Deciding {
  /** Null: the server holds no such delivery. */
  readonly delivery?: Delivery | null;
  readonly actor?: User;
  readonly role?: Role;
  readonly operation: object;
}

/** The server's decision with what the act asked to have locked, and nothing else. */
function decide({ delivery = aDelivery(), actor, role = 'vanThu', operation: parts }: Deciding) {
  const operation = anOperation({ role, ...parts });
  const bound = findAct(operation.target.type, operation.kind)?.parse(operation.body);
  if (!bound) throw new Error('no act');
  const held = delivery ? aRecord('delivery', deliveryId, delivery) : undefined;
  const target = operation.target.id === deliveryId ? held : undefined;
  const needed = [operation.target, ...(bound.needs(target).records ?? [])];
  const context: DecisionContext = {
    operation,
    actor: actor ?? aUser(),
    scope: sampleScope,
    today: LocalDate.parse('2026-03-02'),
    now: NOW,
    records: new Map(
      held && needed.some(({ id }) => id === deliveryId) ? [[deliveryId, held]] : [],
    ),
    agencies: new Map(),
    register: undefined,
    ...actSurroundings,
    derivedId: () => anId(13, 1),
  };
  return bound.decide(context);
}

const registering = (over: object = {}) => ({
  kind: 'create',
  body: aRegistration({ deliveryId, ...over }),
});
const refusing = (reason: string) => ({
  kind: 'cmd.refuseDelivery',
  target: { type: 'delivery', id: deliveryId },
  body: { reason },
});

function accepted(decision: ReturnType<typeof decide>) {
  if (decision.status !== 'accepted') throw new Error(decision.code);
  const find = (type: string) => decision.changes.find((change) => change.type === type)?.content;
  return {
    document: IncomingDocument.safeParse(find('incomingDocument')).data,
    delivery: Delivery.parse(find('delivery')),
    messages: (decision.deliveries ?? []).map((message) => OutboxMessage.parse(message)),
  };
}
const rejected = (code: string) => ({ status: 'rejected', code });

describe('registering a delivery', () => {
  test('doc §9.4: document and delivery change in one decision, and the sender is told', () => {
    const { document, delivery, messages } = accepted(decide({ operation: registering() }));

    expect(document).toMatchObject({ deliveryId, state: 'moiDen' });
    expect(delivery).toMatchObject({
      state: 'daVaoSo',
      incomingDocumentId: sample.documentId,
      answeredBy: sample.clerkId,
      answeredAt: NOW,
    });
    expect(messages).toEqual([
      {
        kind: 'answer',
        id: anId(13, 1),
        toOfficeId: neighbour.officeId,
        documentId: anId(6, 77),
        deliveryId,
        state: 'daNhan',
        reason: null,
        at: NOW,
      },
    ]);
  });

  test('doc §2.2: what came over the line is AXIS, whatever was typed', () => {
    const { document } = accepted(decide({ operation: registering({ channel: 'EMAIL' }) }));

    expect(document?.channel).toBe('AXIS');
  });

  test.each(['daVaoSo', 'tuChoi'] as const)(
    'doc §9.4: a delivery that is %s is not registered again',
    (state) => {
      const delivery = aDelivery({ state });

      expect(decide({ delivery, operation: registering() })).toEqual(
        rejected('delivery.already-answered'),
      );
    },
  );

  test('a delivery that the office does not hold is not registered', () => {
    expect(decide({ delivery: null, operation: registering() })).toEqual(
      rejected('operation.target-missing'),
    );
  });

  test('I-13: the clerk of another organ cannot take this organ’s delivery into their book', () => {
    const actor = aUserWith('vanThu', sample.otherOrganId);
    const operation = registering({ organId: sample.otherOrganId });

    expect(decide({ actor, operation })).toEqual(rejected('delivery.other-organ'));
  });

  test('a paper without a delivery stays as it was typed, also from an older program', () => {
    const { deliveryId: _left, ...older } = aRegistration();
    const decision = decide({ operation: { kind: 'create', body: older } });

    expect(decision).toMatchObject({
      status: 'accepted',
      changes: [{ content: { deliveryId: null, channel: 'PAPER_POST' } }],
    });
    expect(decision).not.toHaveProperty('deliveries');
  });
});

describe('refusing a delivery', () => {
  test('doc §4.3: the refusal carries its reason back to the sender', () => {
    const { delivery, messages } = accepted(decide({ operation: refusing('  Sai nơi nhận ') }));

    expect(delivery).toMatchObject({
      state: 'tuChoi',
      refusalReason: 'Sai nơi nhận',
      incomingDocumentId: null,
    });
    expect(messages).toMatchObject([{ kind: 'answer', state: 'tuChoi', reason: 'Sai nơi nhận' }]);
  });

  test.each([
    ['', false],
    ['  a ', false],
    ['sai', true],
    ['ạ'.repeat(1000), true],
    ['ạ'.repeat(1001), false],
  ])('VB010: the reason has 3 to 1,000 characters (case %#)', (reason, isEnough) => {
    expect(decide({ operation: refusing(reason) }).status).toBe(isEnough ? 'accepted' : 'rejected');
  });

  test.each(Role.options)('role %s refuses only as văn thư', (role) => {
    const decision = decide({ actor: aUserWith(role), role, operation: refusing('Sai nơi nhận') });

    expect(decision.status).toBe(role === 'vanThu' ? 'accepted' : 'rejected');
  });

  test('I-13: the clerk of another organ cannot refuse', () => {
    const actor = aUserWith('vanThu', sample.otherOrganId);

    expect(decide({ actor, operation: refusing('Sai nơi nhận') })).toEqual(
      rejected('incoming.clerk-only'),
    );
  });

  test.each(['daVaoSo', 'tuChoi'] as const)('doc §9.4: what is %s is not refused', (state) => {
    expect(decide({ delivery: aDelivery({ state }), operation: refusing('Sai nơi nhận') })).toEqual(
      rejected('delivery.already-answered'),
    );
  });

  test('the workstation shows the refusal at once', () => {
    const shown = previewOperation({ ...aDelivery() }, anOperation(refusing('Sai nơi nhận')));

    expect(shown).toMatchObject({ state: 'tuChoi', refusalReason: 'Sai nơi nhận' });
  });
});
