import { Center, Loader } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { SessionState } from '@shared/ipc/contract';
import { useBridge, watchAnswer } from '../data/bridge';
import type { OpenOptions } from '../data/database';
import { liveAnswer } from '../data/live';
import { createSessionSource, CurrentSessionProvider } from '../data/session';
import { useLive } from '../data/use-live';
import { RestorePage } from '../features/backup';
import {
  DamagedJournalPage,
  EnrolPage,
  PassphrasePage,
  SignInPage,
  WipedPage,
} from '../features/session';
import { FailureNotice } from '../ui/FailureNotice';
import { SignedIn } from './SignedIn';

interface AppProps {
  readonly storage: OpenOptions['storage'];
}

/** From first start to work: passphrase, activation, sign-in, then the signed-in person's own screens. */
export function App({ storage }: AppProps) {
  const bridge = useBridge();
  const source = useMemo(() => createSessionSource(bridge), [bridge]);
  const session = liveAnswer(useLive(source.state));
  if (session.status === 'loading') {
    return (
      <Center h="100%">
        <Loader />
      </Center>
    );
  }
  if (session.status === 'failed') {
    return (
      <Center h="100%" p="xl">
        <FailureNotice code={session.failure.code} />
      </Center>
    );
  }
  const { value } = session;
  switch (value.phase) {
    case 'wiped':
      return <WipedPage />;
    case 'journalDamaged':
      return <DamagedJournalPage onRepaired={source.update} />;
    case 'needsPassphrase':
      return <PassphrasePage session={value} onUnlocked={source.update} />;
    case 'notEnrolled':
      return <FirstStart session={value} onSession={source.update} />;
    case 'signedOut':
      return <SignInOverLine session={value} onSignedIn={source.update} />;
    case 'signedIn':
      return value.current ? (
        <CurrentSessionProvider value={value.current}>
          <SignedIn
            key={value.current.user.id}
            name={value.current.projectionName}
            storage={storage}
            onSession={source.update}
          />
        </CurrentSessionProvider>
      ) : (
        <SignInOverLine session={value} onSignedIn={source.update} />
      );
  }
}

interface FirstStartProps {
  readonly session: SessionState;
  readonly onSession: (session: SessionState) => void;
}

/** A new machine, or one that takes the place of a lost one. */
function FirstStart({ session, onSession }: FirstStartProps) {
  const [isRestoring, setRestoring] = useState(false);
  return isRestoring ? (
    <RestorePage onRestored={onSession} onBack={() => setRestoring(false)} />
  ) : (
    <EnrolPage session={session} onEnrolled={onSession} onRestore={() => setRestoring(true)} />
  );
}

interface SignInOverLineProps {
  readonly session: SessionState;
  readonly onSignedIn: (session: SessionState) => void;
}

/** Sign-in knows whether there is a line, and says what works without one. */
function SignInOverLine({ session, onSignedIn }: SignInOverLineProps) {
  const bridge = useBridge();
  const status = liveAnswer(
    useLive(
      useMemo(() => watchAnswer(bridge, 'sync.status', undefined, 'sync.statusChanged'), [bridge]),
    ),
  );
  const isOffline = status.status === 'ready' && status.value.connection === 'offline';
  return <SignInPage session={session} isOffline={isOffline} onSignedIn={onSignedIn} />;
}
