import { Box, Center, Flex, Loader } from '@mantine/core';
import { useState } from 'react';
import type { SigningJob } from '@shared/ipc/signing-contract';
import { FailureNotice } from '../ui/FailureNotice';
import { DocumentList } from './DocumentList';
import { DocumentPages } from './DocumentPages';
import { gateOf } from './GateFindings';
import { askSigning, useSigningBridge } from './signing-bridge';
import { SignPanel } from './SignPanel';
import { ProofScreen } from './ProofScreen';
import { useJob, useProof, type Asked } from './use-job';

/** The signing window: what there is to sign, its pages, and the token. */
export function SigningScreen() {
  const proof = useProof();
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
  const shown = job.items.find(({ documentId }) => documentId === shownId) ?? job.items[0];
  // What was read is chosen by itself; what was not must be ticked by hand (S-17).
  const isChosen = (id: string, isOpened: boolean): boolean =>
    isOpened ? !left.has(id) : unread.has(id);
  const open = job.items.filter(({ state }) => state === 'waiting' || state === 'failed');
  const chosen = open.filter(
    (item) => gateOf(item) !== 'stop' && isChosen(item.documentId, item.isOpened),
  );

  const toggle = (id: string, isOpened: boolean) => {
    const [held, set] = isOpened ? [left, setLeft] : [unread, setUnread];
    set(without(held, id) ?? new Set([...held, id]));
  };
  const accept = (id: string, isAccepted: boolean) =>
    setAccepted((held) => (isAccepted ? new Set([...held, id]) : (without(held, id) ?? held)));
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
      {shown ? <DocumentPages key={shown.documentId} item={shown} intent={job.intent} /> : null}
      <SignPanel job={job} chosen={chosen} shown={shown} accepted={accepted} onAccept={accept} />
    </Flex>
  );
}

/** The set less one member; undefined when it was no member. */
function without(held: ReadonlySet<string>, id: string): ReadonlySet<string> | undefined {
  return held.has(id) ? new Set([...held].filter((one) => one !== id)) : undefined;
}
