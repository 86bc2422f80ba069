import { Button, Loader, Stack } from '@mantine/core';
import { useState } from 'react';
import { z } from 'zod';
import { findAgency } from '@shared/domain/organ/find-agency';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Agency } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import { t } from '@shared/i18n/translate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { LocalDate } from '@shared/kernel/local-date';
import { useBridge } from '../../../data/bridge';
import type { IncomingRow } from '../../../data/repositories/incoming-view';
import { useRoleFor } from '../../../data/session';
import { todayInVietnam } from '../../../data/today';
import { useAttachments } from '../../../data/use-attachments';
import { useDeliveryRepository, useIncomingRepository } from '../../../data/workspace';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { registerIncoming } from '../commands/register-incoming';
import { DuplicateNotice, DuplicateQuestion } from '../components/DuplicateNotice';
import { RecentRegistrations } from '../components/RecentRegistrations';
import { RegistrationForm, type Submission } from '../components/RegistrationForm';
import { useAgencies, useOwnRegisters } from '../hooks/use-incoming';
import {
  emptyRegistration,
  readRegistration,
  valuesFrom,
  type KeptValues,
  type RegistrationValues,
} from '../registration-form';
import { useDuplicateCheck } from '../hooks/use-duplicate-check';

/**
 * What the form begins with: a registration that was refused, whose old acts leave the list once the new one is saved,
 * or a document that another office sent.
 */
export interface RegistrationStart {
  readonly typed: JsonObject;
  readonly replaces: readonly string[];
}

interface RegisterIncomingPageProps {
  readonly start: RegistrationStart | undefined;
  readonly onClose: () => void;
  readonly onOpen: (id: string) => void;
}

export function RegisterIncomingPage(props: RegisterIncomingPageProps) {
  const registers = useOwnRegisters();
  const agencies = useAgencies();
  const back = (
    <Button variant="default" onClick={props.onClose}>
      {t('common.back')}
    </Button>
  );
  if (registers.status === 'loading' || agencies.status === 'loading') return <Loader m="xl" />;
  if (registers.status === 'failed') return <FailureNotice code={registers.failure.code} />;
  if (registers.value.length === 0) {
    return (
      <EmptyState title={t('incoming.form.noRegister')} hint={t('incoming.form.noRegisterHint')}>
        {back}
      </EmptyState>
    );
  }
  const directory = agencies.status === 'ready' ? agencies.value : [];
  return (
    <Registering
      {...props}
      registers={registersFor(props.start, registers.value)}
      agencies={directory}
    />
  );
}

const RECENT_SHOWN = 3;

/** One paper of a sitting. */
interface Sitting {
  readonly round: number;
  /** Of the paper in hand, also when saving is tried again: one paper is never two documents. */
  readonly documentId: string;
  readonly initial: RegistrationValues;
  /** Acts on the attention list that the first paper replaces. */
  readonly replaces: readonly string[];
  /** The delivery that is registered; null for a paper. */
  readonly deliveryId: string | null;
}

/** The question whether one paper shall be registered twice, while it is open. */
interface Question {
  readonly found: IncomingRow;
  readonly answer: (go: boolean) => void;
}

interface RegisteringProps extends RegisterIncomingPageProps {
  readonly registers: readonly Register[];
  readonly agencies: readonly Agency[];
}

/** One paper after the other: after each the form starts again with what stays the same. */
function Registering({ start, onClose, onOpen, registers, agencies }: RegisteringProps) {
  const bridge = useBridge();
  const incoming = useIncomingRepository();
  const deliveries = useDeliveryRepository();
  const roleFor = useRoleFor('registerIncoming');
  const today = todayInVietnam();
  const [sitting, setSitting] = useState<Sitting>(() => ({
    round: 0,
    documentId: crypto.randomUUID(),
    replaces: start?.replaces ?? [],
    deliveryId: deliveryIdOf(start),
    initial: freshValues(
      start ? valuesFrom(start.typed, today) : emptyRegistration(today),
      registers,
      today,
    ),
  }));
  const [recent, setRecent] = useState<readonly string[]>([]);
  const attachments = useAttachments('banQuet', start ? filesOf(start.typed) : []);
  const [question, setQuestion] = useState<Question>();
  const { duplicate, check, reset } = useDuplicateCheck(incoming, today);

  const submit = async (values: RegistrationValues): Promise<Submission> => {
    const register = registers.find(({ id }) => id === values.registerId);
    const issuer = findAgency(agencies, values.issuerName);
    const { deliveryId } = sitting;
    const delivery = deliveryId === null ? undefined : await deliveries.find(deliveryId);
    const sent = delivery?.delivery;
    const isSender = sent !== undefined && sent.senderName === values.issuerName;
    const read = readRegistration(values, {
      today,
      organId: register?.organId ?? '',
      issuerCode: isSender ? sent.senderCode : (issuer?.code ?? null),
      deliveryId,
      files: attachments.files,
      language: 'Tiếng Việt',
    });
    if (!read.ok) return { kind: 'invalid', errors: read.errors };
    const role = roleFor(read.value.organId);
    if (!role) return { kind: 'failed', failure: { code: 'incoming.clerk-only' } };
    const found = await incoming.findDuplicate(read.value);
    if (found && !(await new Promise<boolean>((answer) => setQuestion({ found, answer })))) {
      return { kind: 'invalid', errors: {} };
    }
    const saved = await registerIncoming(bridge, {
      registration: read.value,
      role,
      documentId: sitting.documentId,
      delivered: sent?.files ?? [],
      replaces: sitting.replaces,
    });
    if (!saved.ok) return { kind: 'failed', failure: saved.error };
    setRecent((ids) => [saved.value.documentId, ...ids].slice(0, RECENT_SHOWN));
    reset();
    const initial = freshValues(emptyRegistration(today, keptFrom(values)), registers, today);
    return {
      kind: 'done',
      next: () => {
        attachments.reset();
        setSitting({
          round: sitting.round + 1,
          documentId: crypto.randomUUID(),
          replaces: [],
          deliveryId: null,
          initial,
        });
      },
    };
  };
  const answer = (go: boolean) => {
    question?.answer(go);
    setQuestion(undefined);
  };

  return (
    <Stack h="100%" gap={0} pt="md">
      <Stack gap="xs" px="md">
        <PageHeader title={t('incoming.form.title')} />
        <RecentRegistrations ids={recent} onOpen={onOpen} />
      </Stack>
      <RegistrationForm
        key={sitting.round}
        mode="register"
        initial={sitting.initial}
        focusOn={sitting.round === 0 ? 'issuerName' : 'codeDisplay'}
        registers={registers}
        agencies={agencies}
        today={today}
        attachments={attachments}
        onSubmit={submit}
        onCancel={onClose}
        onIdentified={check}
      >
        {duplicate ? (
          <DuplicateNotice duplicate={duplicate} onOpen={() => onOpen(duplicate.id)} />
        ) : null}
      </RegistrationForm>
      <DuplicateQuestion
        duplicate={question?.found}
        onBack={() => answer(false)}
        onRegister={() => answer(true)}
        onOpen={() => {
          const id = question?.found.id;
          answer(false);
          if (id !== undefined) onOpen(id);
        }}
      />
    </Stack>
  );
}

/** The delivery that the form was opened for. */
function deliveryIdOf(start: RegistrationStart | undefined): string | null {
  const id = start?.typed['deliveryId'];
  return typeof id === 'string' ? id : null;
}

/** A delivery goes into a book of the organ it was sent to. */
function registersFor(
  start: RegistrationStart | undefined,
  registers: readonly Register[],
): readonly Register[] {
  if (start === undefined || deliveryIdOf(start) === null) return registers;
  const own = registers.filter(({ organId }) => organId === start.typed['organId']);
  return own.length > 0 ? own : registers;
}

/** The files of a registration that was refused, which still lie on this machine, or of a delivery. */
function filesOf(typed: JsonObject): readonly AttachedFile[] {
  const files = z.array(AttachedFile).safeParse(typed['files']);
  return files.success ? files.data : [];
}

/** The form of a fresh paper: what is kept, in a book that this person may use, of this year where there is one. */
function freshValues(
  values: RegistrationValues,
  registers: readonly Register[],
  today: LocalDate,
): RegistrationValues {
  if (registers.some(({ id }) => id === values.registerId)) return values;
  const ofYear = registers.find(({ year }) => year === Number(today.slice(0, 4))) ?? registers[0];
  return { ...values, registerId: ofYear?.id ?? '' };
}

const keptFrom = ({
  arrivalDate,
  issuerName,
  channel,
  registerId,
  hasPaper,
}: RegistrationValues): KeptValues => ({
  arrivalDate,
  issuerName,
  channel,
  registerId,
  hasPaper,
});
