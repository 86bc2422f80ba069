import { useEffect, useState } from 'react';
import type { Failure, Result } from '@shared/kernel/result';
import type {
  KeyJob,
  OfferedCertificate,
  OpenedDocument,
  ProofJob,
  SigningInput,
  SigningJob,
  SigningOutput,
} from '@shared/ipc/signing-contract';
import { askSigning, useSigningBridge } from './signing-bridge';

export type Asked<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure };

const asked = <T>(answer: Result<T>): Asked<T> =>
  answer.ok
    ? { status: 'ready', value: answer.value }
    : { status: 'failed', failure: answer.error };

/** The documents that the window is open for. */
export const useJob = (): Asked<SigningJob> => useDescription('signing.describe');

/** The signature that is no document's, when the window is open for one. */
export const useProof = (): Asked<ProofJob | null> => useDescription('signing.describeProof');

/** The software key that the window is open for. */
export const useKeyWork = (): Asked<KeyJob | null> => useDescription('signing.describeKeyWork');

/** What the window is open for; follows main's announcements. */
function useDescription<
  C extends 'signing.describe' | 'signing.describeProof' | 'signing.describeKeyWork',
>(channel: C): Asked<SigningOutput<C>> {
  const bridge = useSigningBridge();
  const [job, setJob] = useState<Asked<SigningOutput<C>>>({ status: 'loading' });
  useEffect(() => {
    let isGone = false;
    const ask = async () => {
      const answer = await askSigning(bridge, channel, undefined as SigningInput<C>);
      if (!isGone) setJob(asked(answer));
    };
    const stop = bridge.on('signing.changed', () => void ask());
    void ask();
    return () => {
      isGone = true;
      stop();
    };
  }, [bridge, channel]);
  return job;
}

/** The bytes of one document, ready to be drawn. */
export function useOpened(documentId: string): Asked<OpenedDocument> {
  const bridge = useSigningBridge();
  const [opened, setOpened] = useState<Asked<OpenedDocument>>({ status: 'loading' });
  useEffect(() => {
    let isGone = false;
    const open = async () => {
      const answer = await askSigning(bridge, 'signing.openDocument', { documentId });
      if (!isGone) setOpened(asked(answer));
    };
    void open();
    return () => {
      isGone = true;
    };
  }, [bridge, documentId]);
  return opened;
}

/** A token that is plugged in shows within this time (K-3). */
const LOOK_AGAIN_MS = 2500;

/** Certificates of what is plugged in; looked for again and again, for people plug in while they read. */
export function useCertificates(isIdle: boolean): {
  readonly offered: Asked<SigningOutput<'signing.listCertificates'>>;
  readonly usable: readonly OfferedCertificate[];
} {
  const bridge = useSigningBridge();
  const [offered, setOffered] = useState<Asked<SigningOutput<'signing.listCertificates'>>>({
    status: 'loading',
  });
  useEffect(() => {
    if (!isIdle) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const look = async () => {
      const answer = await askSigning(bridge, 'signing.listCertificates', undefined);
      if (isGone) return;
      setOffered(asked(answer));
      timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [bridge, isIdle]);
  const usable =
    offered.status === 'ready'
      ? offered.value.certificates.filter(({ refusal }) => refusal === null)
      : [];
  return { offered, usable };
}
