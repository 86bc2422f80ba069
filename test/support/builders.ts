import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import type { z } from 'zod';
import type { Office, Organ } from '@shared/domain/organ/organ';
import type { Role, User } from '@shared/domain/organ/user';
import type { IncomingRegistration } from '@shared/domain/document/incoming-document';
import type { Register } from '@shared/domain/register/register';
import { toHex, utf8 } from '@shared/kernel/bytes';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { type DeviceId, OfficeId, OrganId, RegisterId, UserId } from '@shared/kernel/ids';
import { type LocalDate, localDateAt } from '@shared/kernel/local-date';
import {
  ChallengeReply,
  EnrolReply,
  proofText,
  RenewReply,
  SessionReply,
} from '@shared/protocol/session';
import { FailureBody, SyncReply, type SyncRequest } from '@shared/protocol/sync-message';
import { limits, PROTOCOL_VERSION, SCHEMA_VERSION } from '@shared/protocol/version';
import { CHAIN_START, operationHash, signedBytes, type Operation } from '@shared/sync/operation';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  createHash('sha256').update(bytes).digest();

/** Today in Vietnam by this machine's clock, which is also the test server's. */
export const today = (): LocalDate => localDateAt(Date.now());

/** An Ed25519 pair as a device or a user holds one. */
export interface SigningPair {
  /** SPKI DER in base64. */
  readonly publicKey: string;
  readonly sign: (bytes: Uint8Array) => Buffer;
  readonly privateKey: KeyObject;
}

export function aSigningPair(): SigningPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey),
    privateKey,
  };
}

// ── An office ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const anOffice = (over: Partial<Office> = {}): Office => ({
  id: OfficeId.parse(randomUUID()),
  name: 'UBND xã Thử Nghiệm',
  placeName: 'Thử Nghiệm',
  ...over,
});

export const anOrgan = (over: Partial<Organ> & Pick<Organ, 'officeId'>): Organ => ({
  id: OrganId.parse(randomUUID()),
  kind: 'UBND',
  name: 'Ủy ban nhân dân xã Thử Nghiệm',
  shortName: 'UBND',
  code: 'H01.151',
  ...over,
});

export function aUser(
  over: Partial<User> & Pick<User, 'officeId'>,
  grants: readonly { readonly role: Role; readonly organId: OrganId }[] = [],
): User {
  return {
    id: UserId.parse(randomUUID()),
    login: `nguoidung.${randomUUID().slice(0, 8)}`,
    fullName: 'Nguyễn Văn Thử',
    position: 'Công chức',
    unitId: null,
    grants: [...grants],
    active: true,
    ...over,
  };
}

export const aRegister = (over: Partial<Register> & Pick<Register, 'organId'>): Register => ({
  id: RegisterId.parse(randomUUID()),
  direction: 'den',
  name: 'Sổ văn bản đến',
  year: Number(today().slice(0, 4)),
  status: 'dangMo',
  ...over,
});

export const PASSWORD = 'Mật khẩu để thử 2026';

/** An office with UBND, a records clerk, a chairman and an open arrivals register. */
export interface SeededOffice {
  readonly office: Office;
  readonly organ: Organ;
  readonly clerk: User;
  readonly chairman: User;
  readonly register: Register;
}

/** Seeds through the same admin functions as the demo province does. */
export async function seedOffice(admin: Admin, over: Partial<Office> = {}): Promise<SeededOffice> {
  const office = anOffice(over);
  const organ = anOrgan({ officeId: office.id });
  const clerk = aUser({ officeId: office.id, login: 'vanthu', fullName: 'Trần Thị Văn Thư' }, [
    { role: 'vanThu', organId: organ.id },
  ]);
  const chairman = aUser({ officeId: office.id, login: 'chutich', fullName: 'Lê Văn Chủ Tịch' }, [
    { role: 'chuTich', organId: organ.id },
  ]);
  const register = aRegister({ organId: organ.id });
  await admin.upsertOffice(office);
  await admin.upsertOrgan(organ);
  await admin.createUser(clerk, PASSWORD);
  await admin.createUser(chairman, PASSWORD);
  await admin.openRegister(office.id, register);
  return { office, organ, clerk, chairman, register };
}

/** A valid registration of a paper that came today. */
export const anIncomingRegistration = (
  { organ, register }: Pick<SeededOffice, 'organ' | 'register'>,
  over: Partial<IncomingRegistration> = {},
): IncomingRegistration => ({
  organId: organ.id,
  registerId: register.id,
  arrivalDate: today(),
  channel: 'PAPER_POST',
  hasPaper: true,
  issuerCode: null,
  issuerName: 'Sở Nội vụ',
  codeDisplay: '125/SNV-VP',
  codeNumber: '125',
  codeNotation: 'SNV-VP',
  issuedDate: today(),
  documentTypeId: 'CV',
  subject: 'Về việc thử nghiệm tiếp nhận văn bản đến',
  language: 'Tiếng Việt',
  pageAmount: 2,
  copies: 1,
  signerName: null,
  signerPosition: null,
  priority: 0,
  circulation: 'khong',
  requiresReply: false,
  dueDate: null,
  forInfo: false,
  routedTo: null,
  note: null,
  notSecretConfirmed: true,
  files: [],
  deliveryId: null,
  ...over,
});

// ── Speaking to a server ───────────────────────────────────────────────────────────────────────────────────────────

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface PostOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One POST to a server, over a port or straight into its app. */
export type Post = (path: string, body: unknown, options?: PostOptions) => Promise<Answer>;

type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

const postBy =
  (fetchIt: Fetch, base: string): Post =>
  async (path, body, { token, headers = {} } = {}) => {
    const response = await fetchIt(base + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body:
        body instanceof Uint8Array || typeof body === 'string'
          ? (body as BodyInit)
          : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };

/** @param address as in the ready line, `http://127.0.0.1:…` */
export const overHttp = (address: string): Post => postBy((url, init) => fetch(url, init), address);

/** Straight into an app of this process: no port, no compression. */
export const overApp = (app: {
  readonly request: (url: string, init: RequestInit) => Response | Promise<Response>;
}): Post =>
  postBy((url, init) => {
    const headers = new Headers(init.headers);
    headers.set('accept-encoding', 'identity');
    return app.request(url, { ...init, headers });
  }, 'http://test');

/** The answer's value; throws with the code when the server refused. */
export function expectOk<T>(answer: Answer, schema: z.ZodType<T>): T {
  if (answer.status !== 200) {
    throw new Error(`${answer.status} ${FailureBody.safeParse(answer.body).data?.code}`);
  }
  return schema.parse(answer.body);
}

/** The failure code of an answer; undefined when it succeeded. */
export const codeOf = (answer: Answer): string | undefined =>
  answer.status < 300 ? undefined : FailureBody.parse(answer.body).code;

// ── A workstation ──────────────────────────────────────────────────────────────────────────────────────────────────

/** What a workstation remembers between requests; `n`, `prev` and `ticket` move as it goes. */
export interface TestDevice {
  readonly deviceId: DeviceId;
  readonly inc: number;
  readonly officeId: OfficeId;
  readonly key: SigningPair;
  readonly timeline: string;
  ticket: string;
  /** `n` of the newest operation made. */
  n: number;
  /** Chain hash of that operation. */
  prev: string;
  /** Operation keys by user id: the same person keeps theirs over several sign-ins. */
  readonly userKeys: Map<string, SigningPair>;
}

/** Enrols a workstation with an activation code. */
export async function enrolTestDevice(post: Post, code: string): Promise<TestDevice> {
  const key = aSigningPair();
  const reply = expectOk(
    await post('/devices/enrol', { code, deviceName: 'Máy thử', devicePublicKey: key.publicKey }),
    EnrolReply,
  );
  return {
    deviceId: reply.deviceId,
    inc: reply.inc,
    officeId: reply.office.id,
    key,
    timeline: reply.timeline,
    ticket: reply.ticket,
    n: 0,
    prev: CHAIN_START,
    userKeys: new Map(),
  };
}

async function challenge(post: Post, device: TestDevice): Promise<string> {
  const answer = await post('/session/challenge', { deviceId: device.deviceId });
  return expectOk(answer, ChallengeReply).nonce;
}

const proof = (pair: SigningPair, purpose: 'password' | 'renew', nonce: string, subject: string) =>
  pair.sign(utf8(proofText(purpose, nonce, subject))).toString('base64');

/** Asks for a session by password and returns whatever the server answers. */
export async function trySignIn(
  post: Post,
  device: TestDevice,
  user: Pick<User, 'id' | 'login'>,
  password: string = PASSWORD,
): Promise<Answer> {
  const nonce = await challenge(post, device);
  const opKey = device.userKeys.get(user.id) ?? aSigningPair();
  device.userKeys.set(user.id, opKey);
  return post('/session/password', {
    deviceId: device.deviceId,
    nonce,
    deviceProof: proof(device.key, 'password', nonce, user.login),
    login: user.login,
    password,
    opPublicKey: opKey.publicKey,
  });
}

/** Signs in by password; throws when refused. */
export const signIn = async (
  post: Post,
  device: TestDevice,
  user: Pick<User, 'id' | 'login'>,
  password: string = PASSWORD,
): Promise<SessionReply> => expectOk(await trySignIn(post, device, user, password), SessionReply);

/** Asks for a fresh access token by keys alone; without a user it may only push. */
export async function tryRenew(
  post: Post,
  device: TestDevice,
  user: Pick<User, 'id'> | null,
): Promise<Answer> {
  const nonce = await challenge(post, device);
  const opKey = user && device.userKeys.get(user.id);
  return post('/session/renew', {
    deviceId: device.deviceId,
    nonce,
    deviceProof: proof(device.key, 'renew', nonce, device.deviceId),
    user:
      user && opKey ? { userId: user.id, userProof: proof(opKey, 'renew', nonce, user.id) } : null,
  });
}

export const renew = async (
  post: Post,
  device: TestDevice,
  user: Pick<User, 'id'> | null,
): Promise<RenewReply> => expectOk(await tryRenew(post, device, user), RenewReply);

/** What an operation says; the rest is filled in as the workstation's main process does. */
export interface OperationWish {
  readonly actor: Pick<User, 'id'>;
  readonly role?: Role;
  readonly kind: Operation['kind'];
  readonly target: Operation['target'];
  readonly body: object;
  readonly base?: number | null;
  readonly office?: OfficeId;
  readonly files?: Operation['files'];
  /** Schema of the body; today's by default. */
  readonly schema?: number;
  /** Milliseconds since the epoch; now by default. */
  readonly wall?: number;
  /** Signs with another key than the actor's. */
  readonly signWith?: SigningPair;
}

/** The device's next operation, signed and chained; the device moves on. */
export function signedOperation(device: TestDevice, wish: OperationWish): Operation {
  const key = wish.signWith ?? device.userKeys.get(wish.actor.id) ?? aSigningPair();
  const wall = wish.wall ?? Date.now();
  const unsigned: Omit<Operation, 'sig'> = {
    opId: randomUUID(),
    dev: device.deviceId,
    inc: device.inc,
    n: device.n + 1,
    actor: UserId.parse(wish.actor.id),
    role: wish.role ?? 'vanThu',
    office: wish.office ?? device.officeId,
    kind: wish.kind,
    target: wish.target,
    base: wish.base ?? null,
    body: wish.body as JsonObject,
    ...(wish.files && { files: wish.files }),
    schema: wish.schema ?? SCHEMA_VERSION,
    proto: PROTOCOL_VERSION,
    at: { wall, tzOffset: 420, bootId: 'test', mono: 0, trustedLow: wall, trustedHigh: wall },
    prev: device.prev,
  };
  const operation = { ...unsigned, sig: toHex(key.sign(signedBytes(unsigned))) };
  device.n = operation.n;
  device.prev = operationHash(operation, sha256);
  return operation;
}

/** Registers a paper: `create` of a fresh document. */
export const aRegistering = (
  device: TestDevice,
  seeded: SeededOffice,
  over: Partial<IncomingRegistration> = {},
  id: string = randomUUID(),
): Operation =>
  signedOperation(device, {
    actor: seeded.clerk,
    kind: 'create',
    target: { type: 'incomingDocument', id },
    body: anIncomingRegistration(seeded, over),
  });

/** Asks for the arrival number of a document. */
export const aNumberRequest = (device: TestDevice, seeded: SeededOffice, id: string): Operation =>
  signedOperation(device, {
    actor: seeded.clerk,
    kind: 'cmd.requestNumber',
    target: { type: 'incomingDocument', id },
    body: { registerId: seeded.register.id },
  });

export interface SyncWish {
  readonly token: string;
  readonly ops?: readonly Operation[];
  readonly cursors?: Readonly<Record<string, number>>;
  readonly over?: Partial<Record<keyof SyncRequest, unknown>>;
}

/** One exchange; the ticket moves on only when the server answered, as on a real workstation. */
export async function trySync(post: Post, device: TestDevice, wish: SyncWish): Promise<Answer> {
  const request = {
    proto: PROTOCOL_VERSION,
    dev: device.deviceId,
    inc: device.inc,
    ticket: device.ticket,
    timeline: device.timeline,
    ops: wish.ops ?? [],
    cursors: wish.cursors ?? {},
    digests: {},
    want: limits.pageBytesMax,
    ...wish.over,
  };
  const answer = await post('/sync', request, { token: wish.token });
  if (answer.status === 200) device.ticket = SyncReply.parse(answer.body).ticket;
  return answer;
}

/** One exchange; throws when refused. */
export const sync = async (post: Post, device: TestDevice, wish: SyncWish): Promise<SyncReply> =>
  expectOk(await trySync(post, device, wish), SyncReply);
