import { Center, Loader, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import type { Result } from '@shared/kernel/result';
import { useBridge } from '../data/bridge';
import type { OpenOptions } from '../data/database';
import { openWorkspace, WorkspaceProvider, type Workspace } from '../data/workspace';
import { FailureNotice } from '../ui/FailureNotice';
import { ErrorBoundary } from './ErrorBoundary';
import { Shell } from './shell/Shell';

interface SignedInProps {
  /** The user's own local database: a change of user opens another one. */
  readonly name: string;
  readonly storage: OpenOptions['storage'];
  readonly onSession: (session: SessionState) => void;
}

export function SignedIn(props: SignedInProps) {
  const [attempt, setAttempt] = useState(0);
  return <Opening key={attempt} {...props} onRetry={() => setAttempt(attempt + 1)} />;
}

interface OpeningProps extends SignedInProps {
  readonly onRetry: () => void;
}

function Opening({ name, storage, onSession, onRetry }: OpeningProps) {
  const workspace = useOpenedWorkspace(name, storage);
  if (!workspace) {
    return (
      <Center h="100%">
        <Stack align="center">
          <Loader />
          <Text>{t('app.preparing')}</Text>
        </Stack>
      </Center>
    );
  }
  if (!workspace.ok) {
    return (
      <Center h="100%" p="xl">
        <FailureNotice code={workspace.error.code} onRetry={onRetry} />
      </Center>
    );
  }
  return (
    <WorkspaceProvider value={workspace.value}>
      <ErrorBoundary>
        <Shell wasRebuilt={workspace.value.rebuilt} onSession={onSession} />
      </ErrorBoundary>
    </WorkspaceProvider>
  );
}

/** Undefined while it opens. One at a time: the next opening waits until the former database is closed. */
function useOpenedWorkspace(
  name: string,
  storage: OpenOptions['storage'],
): Result<Workspace> | undefined {
  const bridge = useBridge();
  const [workspace, setWorkspace] = useState<Result<Workspace>>();
  useEffect(() => {
    let isLeft = false;
    const open = async (former: Promise<void>): Promise<Result<Workspace>> => {
      await former;
      const opened = await openWorkspace(bridge, { name, storage });
      if (!isLeft) setWorkspace(opened);
      return opened;
    };
    const opening = open(lastClosing);
    const close = async (): Promise<void> => {
      const opened = await opening;
      if (opened.ok) await opened.value.close();
    };
    return () => {
      isLeft = true;
      lastClosing = close();
    };
  }, [bridge, name, storage]);
  return workspace;
}

let lastClosing: Promise<void> = Promise.resolve();
