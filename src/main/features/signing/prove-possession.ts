import { roleFor } from '@shared/domain/organ/permission';
import type { Role, User } from '@shared/domain/organ/user';
import { possessionChallenge } from '@shared/domain/signing/possession';
import type { CertificateOwner, SigningPicture } from '@shared/domain/signing/signing-certificate';
import type { OfferedCertificate, ProofJob, SigningInput } from '@shared/ipc/signing-contract';
import { toHex, utf8 } from '@shared/kernel/bytes';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { Random } from '@shared/kernel/clock';
import { Redacted } from '@shared/kernel/redacted';
import { err, ok, type Result } from '@shared/kernel/result';
import { readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import { describeCertificate, refuseSoftware } from './list-certificates';
import { nodePadesPlatform } from './node-pades-platform';
import { isSoftware } from './software-keys';
import type { SigningDeps } from './signing-deps';
import type { TokenCertificate } from './token-port';

export interface ProofsDeps extends Pick<
  SigningDeps,
  'token' | 'window' | 'clock' | 'person' | 'append' | 'log' | 'desk'
> {
  readonly random: Random;
}

export type ProofRequest = Pick<ProofJob, 'purpose'> & {
  readonly thumbprint: string;
  /** For whom the certificate is to be registered; null is the person themselves. */
  readonly organId: string | null;
  /** What signatures by it are to show; it goes with the request. */
  readonly picture: SigningPicture | null;
};

interface Proof extends ProofRequest {
  readonly user: User;
  phase: ProofJob['phase'];
}

/**
 * One signature with a token that is no document's: to try it (K-17), or to show that its holder has it and the PIN, so
 * that it is registered (K-6). It goes through the signing window, the only page that takes a PIN.
 */
export function createProofs(deps: ProofsDeps) {
  const { token, window, clock, log, desk } = deps;
  let proof: Proof | undefined;

  const findCertificate = async ({ thumbprint }: Proof): Promise<TokenCertificate | undefined> =>
    (await token.list()).certificates.find((one) => one.thumbprint === thumbprint);

  function begin(request: ProofRequest): Result<undefined> {
    const user = deps.person()?.user;
    if (!user) return err({ code: 'session.not-signed-in' });
    if (proof?.phase === 'signing') return err({ code: 'signing.busy' });
    if (request.purpose === 'bind' && !askingRole(user, request)) {
      return err({ code: 'session.role-missing' });
    }
    proof = { ...request, user, phase: 'waiting' };
    window.show();
    window.announce();
    return ok(undefined);
  }

  /** The certificate by itself; a software key by the office's rule too, also for a trial. */
  function offer(
    { purpose, organId }: Proof,
    found: TokenCertificate,
  ): OfferedCertificate | undefined {
    const described = describeCertificate(found, clock.nowMs());
    const owner = purpose === 'bind' && organId !== null ? 'organ' : 'person';
    const refusal = refuseSoftware(found, desk.softwareKeys(), owner);
    return described && refusal ? { ...described, refusal } : described;
  }

  async function describe(): Promise<Result<ProofJob | null>> {
    const current = proof;
    if (!current) return ok(null);
    const found = await findCertificate(current);
    const organ = deps.person()?.organs.find(({ id }) => id === current.organId);
    return ok({
      purpose: current.purpose,
      ownerName: organ?.name ?? current.user.fullName,
      certificate: (found && offer(current, found)) ?? null,
      phase: current.phase,
    });
  }

  async function prove(request: SigningInput<'signing.prove'>): Promise<Result<undefined>> {
    const { pin } = request;
    try {
      const current = proof;
      if (!current) return err({ code: 'signing.document-unknown' });
      // One press is at most one login (K-8).
      if (current.phase === 'signing') return err({ code: 'signing.busy' });
      current.phase = 'signing';
      window.announce();
      const done = await proveOnce(current, pin);
      current.phase = done.ok ? 'done' : 'waiting';
      window.announce();
      return done;
    } finally {
      if (pin !== 'onDevice') pin.fill(0);
    }
  }

  async function proveOnce(
    current: Proof,
    pin: Uint8Array | 'onDevice',
  ): Promise<Result<undefined>> {
    const found = await findCertificate(current);
    if (!found) return err({ code: 'token.not-present' });
    const shown = offer(current, found);
    if (!shown || shown.refusal) return err({ code: shown?.refusal ?? 'token.not-present' });
    if (shown.pin === 'locked') return err({ code: 'token.pin-locked' });
    // Who left meanwhile is not logged in any more (K-11).
    if (proof !== current) return err({ code: 'token.cancelled' });
    return current.purpose === 'bind' ? bind(current, found, pin) : tryOut(found, pin);
  }

  async function tryOut(
    { thumbprint }: TokenCertificate,
    pin: Uint8Array | 'onDevice',
  ): Promise<Result<undefined>> {
    const data = utf8(`tram-cong-vu/ky-thu/1 ${deps.random.uuid()}`);
    const signature = await signOnce(thumbprint, pin, data);
    return signature.ok ? ok(undefined) : signature;
  }

  async function bind(
    { user, organId, picture }: Proof,
    { der, thumbprint, token: on }: TokenCertificate,
    pin: Uint8Array | 'onDevice',
  ): Promise<Result<undefined>> {
    const keyStore = isSoftware(on) ? ({ keyStore: 'software' } as const) : {};
    const role = askingRole(user, { organId });
    const certificate = readCertificateFacts(nodePadesPlatform, der);
    if (!role || !certificate) return err({ code: 'session.role-missing' });
    const owner = (
      organId === null ? { kind: 'person', userId: user.id } : { kind: 'organ', organId }
    ) as CertificateOwner;
    const recordId = deps.random.uuid();
    const claim = {
      officeId: user.officeId,
      userId: user.id,
      recordId,
      thumbprint,
      owner,
      ...keyStore,
    };
    const signature = await signOnce(thumbprint, pin, possessionChallenge(claim));
    if (!signature.ok) return signature;
    // Somebody else may have signed in meanwhile: an act is never saved in another person's name.
    if (deps.person()?.user.id !== user.id) return err({ code: 'session.not-signed-in' });
    const body = {
      owner,
      certificate,
      der: toHex(der),
      signature: toHex(signature.value),
      picture,
      ...keyStore,
    } as unknown as JsonObject;
    const saved = await deps.append([
      {
        kind: 'create',
        target: { type: 'signingCertificate', id: recordId },
        base: null,
        role,
        body,
      },
    ]);
    if (!saved.ok) return saved;
    log.info('a certificate was asked to be registered', { certificate: thumbprint });
    return ok(undefined);
  }

  /** The token process has checked the value against the certificate before it comes here (K-14). */
  async function signOnce(
    thumbprint: string,
    pin: Uint8Array | 'onDevice',
    data: Uint8Array,
  ): Promise<Result<Uint8Array>> {
    const session = await token.openSession(
      thumbprint,
      pin === 'onDevice' ? pin : new Redacted(pin),
    );
    if (!session.ok) return session;
    try {
      return await session.value.sign(data, 'SHA-256');
    } finally {
      await session.value.close();
    }
  }

  return {
    begin,
    describe,
    prove,
    isSigning: (): boolean => proof?.phase === 'signing',
    /** The window is gone, or shows documents: what was not signed is not asked for. */
    leave: (): void => {
      proof = undefined;
    },
  };
}

export type Proofs = ReturnType<typeof createProofs>;

/** The role in which a certificate is asked for; undefined when the person may not. */
function askingRole(user: User, { organId }: Pick<ProofRequest, 'organId'>): Role | undefined {
  if (organId === null) return user.grants[0]?.role;
  return roleFor(user, 'holdSeal', organId);
}
