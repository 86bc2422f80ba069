import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { User } from '@shared/domain/organ/user';
import { formatBytes } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { Output } from '@shared/ipc/contract';
import { UserId } from '@shared/kernel/ids';
import type { Failure, Result } from '@shared/kernel/result';
import type { TargetType } from '@shared/sync/operation';
import { ask, useBridge } from '../../../data/bridge';
import { useCurrentSession } from '../../../data/session';
import { useLive } from '../../../data/use-live';
import { useReferenceRepository } from '../../../data/workspace';
import { FailureNotice } from '../../../ui/FailureNotice';

interface MakeBundleProps {
  readonly type: TargetType;
  readonly documentId: string;
}

/** On a document's page: the paper with its files and its unsent work, to be carried by stick or shared folder (§20). */
export function MakeBundle({ type, documentId }: MakeBundleProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Group maw={1240} mb="md" justify="flex-end">
      <Button
        variant="subtle"
        leftSection={<IconPackageExport size={18} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('bundle.make.button')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('bundle.make.button')}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <BundleForm type={type} documentId={documentId} onClose={() => setOpen(false)} />
      </Modal>
    </Group>
  );
}

const OFFICE = 'office';

function BundleForm({
  type,
  documentId,
  onClose,
}: MakeBundleProps & { readonly onClose: () => void }) {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const others = useColleagues(user.id);
  const answered = useAnswerable(documentId);
  const [receiver, setReceiver] = useState(OFFICE);
  const [isWhole, setWhole] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [made, setMade] = useState<Output<'bundle.make'>>(null);
  const [failure, setFailure] = useState<Failure>();
  const percent = useProgress(isBusy);
  const isAnswer = answered !== null && !isWhole;

  const make = async () => {
    setBusy(true);
    setFailure(undefined);
    setMade(null);
    const answer = await ask(bridge, 'bundle.make', {
      target: { type, id: documentId },
      receiver: isAnswer || receiver === OFFICE ? null : UserId.parse(receiver),
      isAnswer,
    });
    setBusy(false);
    if (answer.ok) setMade(answer.value);
    else setFailure(answer.error);
  };

  return (
    <Stack gap="sm">
      <Text>{t('bundle.make.intro')}</Text>
      {answered === null ? null : (
        <Alert color="blue">
          <Text>
            {t('bundle.make.answer', {
              name: nameOf(others, answered) ?? t('bundle.make.colleague'),
            })}
          </Text>
          <Checkbox
            mt="xs"
            label={t('bundle.make.whole')}
            checked={isWhole}
            onChange={(event) => setWhole(event.currentTarget.checked)}
          />
        </Alert>
      )}
      {isAnswer ? null : (
        <Select
          label={t('bundle.make.receiver')}
          description={t('bundle.make.receiverHint')}
          value={receiver}
          onChange={(chosen) => setReceiver(chosen ?? OFFICE)}
          data={[
            { value: OFFICE, label: t('bundle.make.office') },
            ...others.map(({ id, fullName }) => ({ value: id, label: fullName })),
          ]}
          allowDeselect={false}
          searchable
        />
      )}
      {percent === undefined ? null : (
        <Text role="status">{t('bundle.make.progress', { percent })}</Text>
      )}
      {made ? (
        <Alert color="teal" role="status">
          <Text>
            {t('bundle.make.done', {
              operations: made.operations,
              files: made.files,
              size: formatBytes(made.sizeBytes),
            })}
          </Text>
          <Text>{t('bundle.make.next')}</Text>
        </Alert>
      ) : null}
      {failure ? <FailureNotice code={failure.code} title={t('bundle.make.failed')} /> : null}
      <Group justify="flex-end">
        <Button variant={made ? 'filled' : 'default'} onClick={onClose}>
          {t('common.close')}
        </Button>
        <Button variant={made ? 'default' : 'filled'} onClick={() => void make()} loading={isBusy}>
          {t('bundle.make.save')}
        </Button>
      </Group>
    </Stack>
  );
}

const nameOf = (users: readonly User[], id: string): string | undefined =>
  users.find((user) => user.id === id)?.fullName;

/** People of the office besides oneself. */
function useColleagues(ownId: string): readonly User[] {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchUsers(), [reference]));
  return live.status === 'ready'
    ? live.value.filter(({ id, active }) => active && id !== ownId)
    : [];
}

/** Who made the bundle that can be answered with what is new alone; null for nobody. */
function useAnswerable(documentId: string): string | null {
  const bridge = useBridge();
  const [by, setBy] = useState<string | null>(null);
  useEffect(() => {
    const learn = (answer: Result<Output<'bundle.answerable'>>): void =>
      setBy(answer.ok ? answer.value.by : null);
    void ask(bridge, 'bundle.answerable', { id: documentId }).then(learn);
  }, [bridge, documentId]);
  return by;
}

const LOOK_EVERY_MS = 300;

/** Whole percent of the files' bytes that are written; undefined while none are. */
function useProgress(isBusy: boolean): number | undefined {
  const bridge = useBridge();
  const [percent, setPercent] = useState<number>();
  useEffect(() => {
    if (!isBusy) return undefined;
    const show = (answer: Result<Output<'bundle.progress'>>): void => {
      const now = answer.ok ? answer.value : null;
      setPercent(now && now.total > 0 ? Math.floor((now.done / now.total) * 100) : undefined);
    };
    const look = (): void => void ask(bridge, 'bundle.progress', undefined).then(show);
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      setPercent(undefined);
    };
  }, [bridge, isBusy]);
  return percent;
}
