import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isSoundPicture } from '@shared/domain/signing/picture-png';
import {
  SigningCertificate,
  SigningPicture,
  waitsForPicture,
} from '@shared/domain/signing/signing-certificate';
import { readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import { parsePem } from '@shared/pades/pem';
import { nodePadesPlatform } from '../src/main/features/signing/node-pades-platform';
import type { Admin } from '../sync-server/src/features/admin/admin-service';
import type { CertificateRefusal } from '../sync-server/src/features/admin/certificate-service';
import { openAdmin } from '../sync-server/src/features/admin/open-admin';

const USAGE = `certificates list                   whose certificates are registered, and which requests wait (K-6)
certificates confirm ID             agrees to a request: a seal's is the province's alone
certificates withdraw ID --reason R nobody signs with it any more; a request that waits is refused
certificates pictures ID FOLDER     writes the picture in use and the one asked for, to be looked at side by side
certificates confirm-picture ID --change C              takes the one that \`pictures\` wrote
certificates refuse-picture ID --change C --reason R    leaves the one in use
certificates import FILE.csv        registers certificates (PEM or DER), all or none; lines: kind,name,file
                                    (person,<login>,<path> or organ,<code>,<path>, paths from the csv's folder),
                                    and where there is a picture (PNG with alpha) its path and its width in mm
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --office ID     of one office; import needs it
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

type Certificates = Admin['certificates'];

interface Order {
  readonly verb: string;
  readonly subject: string;
  readonly folder: string;
  readonly change: string;
  readonly databaseUrl: string;
  readonly office: string | undefined;
  readonly reason: string;
  readonly json: boolean;
}

/** `cli certificates`: 0 done, 1 refused (or, of a list, a request waits), 2 could not run. */
export async function runCertificates(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  try {
    const { admin, close } = await openAdmin({ databaseUrl: order.databaseUrl });
    try {
      return await run(admin.certificates, order);
    } finally {
      await close();
    }
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  }
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        database: { type: 'string' },
        office: { type: 'string' },
        reason: { type: 'string', default: '' },
        change: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
      },
    });
    const [verb = '', subject = '', folder = '', ...rest] = positionals;
    const { office, change, json } = values;
    const reason = values.reason.trim();
    const databaseUrl = values.database ?? process.env['DATABASE_URL'];
    const hasReason = reason.length >= 3;
    const isWhole =
      {
        list: true,
        confirm: true,
        withdraw: hasReason,
        pictures: true,
        'confirm-picture': change !== '',
        'refuse-picture': change !== '' && hasReason,
        import: !!office,
      }[verb] &&
      (verb === 'list') === (subject === '') &&
      (verb === 'pictures') === (folder !== '');
    if (!isWhole || rest.length > 0 || databaseUrl === undefined) return undefined;
    return { verb, subject, folder, change, databaseUrl, office, reason, json };
  } catch {
    return undefined;
  }
}

async function run(certificates: Certificates, order: Order): Promise<number> {
  const { verb, subject, office, json } = order;
  if (verb === 'list') {
    const found = await certificates.list(office);
    if (json) console.log(JSON.stringify({ certificates: found.map(withoutPictures) }));
    else console.log(found.map(lineOf).join('\n'));
    return found.some((one) => isWaiting(one) || waitsForPicture(one)) ? FINDING : FINE;
  }
  if (verb === 'pictures') return writePictures(certificates, order);
  const refused =
    verb === 'import'
      ? await importFile(certificates, subject, office ?? '')
      : wordsOf(await decide(certificates, order));
  if (json) console.log(JSON.stringify({ ok: refused.length === 0, refused }));
  else console.log(refused.length === 0 ? 'Đã ghi.' : refused.join('\n'));
  return refused.length === 0 ? FINE : FINDING;
}

function decide(
  certificates: Certificates,
  { verb, subject, change, reason }: Order,
): Promise<CertificateRefusal | undefined> {
  switch (verb) {
    case 'confirm':
      return certificates.confirm(subject);
    case 'withdraw':
      return certificates.withdraw(subject, reason);
    default:
      return certificates.decidePicture(subject, change, verb === 'refuse-picture' ? reason : null);
  }
}

/** Pictures are long, and looked at as files. */
const withoutPictures = ({ picture, pictureChange, ...rest }: SigningCertificate) => ({
  ...rest,
  hasPicture: picture !== null,
  ...(pictureChange ? { pictureChange: { ...pictureChange, picture: undefined } } : {}),
});

/** The province looks at both before it decides; the asking's own id is what it decides by. */
async function writePictures(
  certificates: Certificates,
  { subject, folder, office, json }: Order,
): Promise<number> {
  const record = (await certificates.list(office)).find(({ id }) => id === subject);
  if (!record) {
    console.log(
      json ? JSON.stringify({ ok: false, refused: [REFUSALS.unknown] }) : REFUSALS.unknown,
    );
    return FINDING;
  }
  await mkdir(folder, { recursive: true });
  const pictures = { 'dang-dung': record.picture, 'de-nghi': record.pictureChange?.picture };
  const files: string[] = [];
  for (const [name, picture] of Object.entries(pictures)) {
    if (!picture) continue;
    const path = resolve(folder, `${name}-${picture.widthMm}mm.png`);
    await writeFile(path, Buffer.from(picture.png, 'base64'));
    files.push(path);
  }
  const change = waitsForPicture(record) ? (record.pictureChange?.id ?? null) : null;
  if (json) console.log(JSON.stringify({ ok: true, files, change }));
  else
    console.log(
      [...files, ...(change ? [`Ảnh đang chờ duyệt: --change ${change}`] : [])].join('\n'),
    );
  return FINE;
}

const isWaiting = ({ binding }: SigningCertificate): boolean => binding?.state === 'choXacNhan';

const lineOf = (certificate: SigningCertificate): string => {
  const { id, owner, holderName, active, binding, officeId } = certificate;
  const state = isWaiting(certificate) ? 'CHỜ XÁC NHẬN' : active ? 'đang dùng' : 'không dùng';
  const whose = owner.kind === 'organ' ? 'con dấu' : 'cá nhân';
  const facts = binding?.certificate;
  return [
    `${id} ${state}${waitsForPicture(certificate) ? ', CHỜ DUYỆT ẢNH' : ''}: ${holderName} (${whose}), cơ quan ${officeId}`,
    ...(facts
      ? [`cấp bởi ${facts.issuerName ?? '?'}, hết hạn ${facts.notAfter.slice(0, 10)}`]
      : []),
    `SHA-256 ${certificate.thumbprint}`,
  ].join('; ');
};

const wordsOf = (refusal: CertificateRefusal | undefined): readonly string[] =>
  refusal ? [REFUSALS[refusal]] : [];

const REFUSALS: Readonly<Record<CertificateRefusal, string>> = {
  unknown: 'Không có chứng thư mang mã này. Xem mã bằng lệnh list.',
  notWaiting: 'Đề nghị này không còn chờ xác nhận. Xem trạng thái bằng lệnh list.',
  otherPicture:
    'Ảnh này không còn chờ duyệt, hoặc đã có ảnh khác được gửi sau. Xem lại bằng lệnh pictures.',
  notActive: 'Chứng thư này đã ngừng dùng từ trước; không cần thu hồi nữa.',
};

/** Every line is read before anything is registered; what is wrong is told with its line. */
async function importFile(
  certificates: Certificates,
  path: string,
  officeId: string,
): Promise<readonly string[]> {
  const lines = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/);
  const read: SigningCertificate[] = [];
  const wrong: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('kind,name,file')) continue;
    const found = await readLine(certificates, { line, officeId, folder: dirname(path) });
    if (typeof found === 'string') wrong.push(`Dòng ${at + 1}: ${found}`);
    else read.push(found);
  }
  if (wrong.length > 0) return [...wrong, 'Chưa ghi dòng nào. Sửa tệp rồi nhập lại.'];
  const taken = await certificates.register(officeId, read);
  return taken.map(
    (thumbprint) =>
      `Chứng thư ${thumbprint} đã đăng ký hoặc đang chờ xác nhận. Bỏ dòng này rồi nhập lại.`,
  );
}

async function readLine(
  certificates: Certificates,
  { line, officeId, folder }: Readonly<Record<'line' | 'officeId' | 'folder', string>>,
): Promise<SigningCertificate | string> {
  const [kind, name = '', file = '', pictureFile = '', width = '', ...rest] = line
    .split(',')
    .map((part) => part.trim());
  if ((kind !== 'person' && kind !== 'organ') || file === '' || rest.length > 0) {
    return 'phải có ba cột: person hoặc organ, tên đăng nhập hoặc mã tổ chức, tệp chứng thư; sau đó có thể thêm tệp ảnh và bề rộng ảnh (mm).';
  }
  const owner = await certificates.findOwner(officeId, kind, name);
  if (!owner) return `cơ quan không có ${kind === 'person' ? 'người dùng' : 'tổ chức'} “${name}”.`;
  const bytes = await readFile(resolve(folder, file)).catch(() => undefined);
  if (!bytes) return `không mở được tệp “${file}”.`;
  const pem = parsePem(bytes.toString('latin1')).find(({ label }) => label === 'CERTIFICATE');
  const facts = readCertificateFacts(nodePadesPlatform, pem?.der ?? new Uint8Array(bytes));
  if (!facts) return `tệp “${file}” không phải chứng thư của người ký.`;
  const picture =
    pictureFile === '' ? null : await readPicture(resolve(folder, pictureFile), width);
  if (picture === undefined) {
    return `ảnh “${pictureFile}” phải là tệp PNG nền trong suốt, không quá 300 KB, kèm bề rộng từ 5 đến 80 mm.`;
  }
  const { thumbprint, holderName } = facts;
  const id = randomUUID();
  return SigningCertificate.parse({
    id,
    officeId,
    thumbprint,
    owner,
    holderName,
    picture,
    active: true,
  });
}

async function readPicture(path: string, width: string): Promise<SigningPicture | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return undefined;
  const read = SigningPicture.safeParse({
    png: bytes.toString('base64'),
    widthMm: Number(width),
  });
  return read.success && isSoundPicture(read.data) ? read.data : undefined;
}
