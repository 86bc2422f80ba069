import { Box, Center, Flex, Loader, Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import type { SigningItem, SigningJob } from '@shared/ipc/signing-contract';
import { FailureNotice } from '../ui/FailureNotice';
import { DocumentList } from './DocumentList';
import { DocumentPages } from './DocumentPages';
import { gateOf } from './GateFindings';
import { ReadingBar } from './ReadingBar';
import { ReturnDialog } from './ReturnDialog';
import { askSigning, useSigningBridge } from './signing-bridge';
import { SignPanel } from './SignPanel';
import { KeyScreen } from './KeyScreen';
import { ProofScreen } from './ProofScreen';
import { useJob, useKeyWork, useProof, type Asked } from './use-job';

/** The signing window: what there is to sign, its pages, and the token. */
export function SigningScreen() {
  const keyWork = useKeyWork();
  const proof = useProof();
  if (keyWork.status !== 'ready') return <Waiting of={keyWork} />;
  if (keyWork.value) return <KeyScreen job={keyWork.value} />;
  if (proof.status === 'ready') {
    return proof.value === null ? <DocumentsScreen /> : <ProofScreen job={proof.value} />;
  }
  return <Waiting of={proof} />;
}

function DocumentsScreen() {
  const job = useJob();
  return job.status === 'ready' ? (
    <Signing key={job.value.round} job={job.value} />
  ) : (
    <Waiting of={job} />
  );
}

interface WaitingProps {
  readonly of: Exclude<Asked<unknown>, { readonly status: 'ready' }>;
}

function Waiting({ of: job }: WaitingProps) {
  if (job.status === 'loading') {
    return (
      <Center h="100%">
        <Loader />
      </Center>
    );
  }
  return (
    <Box p="md">
      <FailureNotice code={job.failure.code} />
    </Box>
  );
}

interface SigningProps {
  readonly job: SigningJob;
}

function Signing({ job }: SigningProps) {
  const first = job.items[0]?.documentId ?? '';
  const bridge = useSigningBridge();
  const [shownId, setShownId] = useState(first);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set());
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const [isReturning, setReturning] = useState(false);
  const turn = useRef<() => boolean>(null);
  const pinField = useRef<HTMLInputElement>(null);
  const shown = job.items.find(({ documentId }) => documentId === shownId) ?? job.items[0];
  // What was read is chosen by itself; what was not must be ticked by hand (S-17).
  const isChosen = (id: string, isOpened: boolean): boolean =>
    isOpened ? !left.has(id) : unread.has(id);
  const chosen = job.items.filter(
    (item) => maySign(item) && isChosen(item.documentId, item.isOpened),
  );

  const toggle = (id: string, isOpened: boolean) => {
    const [held, set] = isOpened ? [left, setLeft] : [unread, setUnread];
    set(without(held, id) ?? new Set([...held, id]));
  };
  const accept = (id: string, isAccepted: boolean) =>
    setAccepted((held) => (isAccepted ? new Set([...held, id]) : (without(held, id) ?? held)));
  const next = neighbour(job, shown, 1);
  const goOn = () => (next ? setShownId(next.documentId) : pinField.current?.focus());
  const canReturn =
    job.intent === 'leader' && job.phase === 'reading' && shown !== undefined && isOpen(shown);
  return (
    <Flex h="100%" wrap="nowrap">
      <DocumentList
        job={job}
        shownId={shown?.documentId ?? ''}
        isChosen={isChosen}
        onShow={setShownId}
        onToggle={toggle}
        onSkip={(documentId) => void askSigning(bridge, 'signing.skip', { documentId })}
      />
      {shown ? (
        <Stack flex={1} miw={0} h="100%" gap={0}>
          <DocumentPages key={shown.documentId} item={shown} intent={job.intent} turn={turn} />
          <ReadingBar
            before={neighbour(job, shown, -1)}
            after={next}
            onShow={setShownId}
            onReadOn={() => {
              // Past its end only once it was read: what is not drawn yet is not passed over (S-17).
              if (turn.current?.() !== true && (shown.isOpened || !isOpen(shown))) goOn();
            }}
            onReturn={canReturn ? () => setReturning(true) : undefined}
            onTick={
              job.phase === 'reading' && maySign(shown)
                ? () => toggle(shown.documentId, shown.isOpened)
                : undefined
            }
          />
        </Stack>
      ) : null}
      <SignPanel
        job={job}
        chosen={chosen}
        shown={shown}
        accepted={accepted}
        pinField={pinField}
        onAccept={accept}
      />
      {isReturning && shown ? (
        <ReturnDialog item={shown} onReturned={goOn} onClose={() => setReturning(false)} />
      ) : null}
    </Flex>
  );
}

const isOpen = ({ state }: SigningItem): boolean => state === 'waiting' || state === 'failed';

const maySign = (item: SigningItem): boolean => isOpen(item) && gateOf(item) !== 'stop';

/** The nearest document in that direction that is still to be read. */
function neighbour(
  { items }: SigningJob,
  shown: SigningItem | undefined,
  by: 1 | -1,
): SigningItem | undefined {
  const at = items.findIndex(({ documentId }) => documentId === shown?.documentId);
  return by > 0 ? items.slice(at + 1).find(isOpen) : items.slice(0, at).findLast(isOpen);
}

/** The set less one member; undefined when it was no member. */
function without(held: ReadonlySet<string>, id: string): ReadonlySet<string> | undefined {
  return held.has(id) ? new Set([...held].filter((one) => one !== id)) : undefined;
}
