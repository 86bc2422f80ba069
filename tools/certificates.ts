import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import { parsePem } from '@shared/pades/pem';
import { nodePadesPlatform } from '../src/main/features/signing/node-pades-platform';
import type { Admin } from '../sync-server/src/features/admin/admin-service';
import type { CertificateRefusal } from '../sync-server/src/features/admin/certificate-service';
import { openAdmin } from '../sync-server/src/features/admin/open-admin';

const USAGE = `certificates list                   whose certificates are registered, and which requests wait (K-6)
certificates confirm ID             agrees to a request: a seal's is the province's alone
certificates withdraw ID --reason R nobody signs with it any more; a request that waits is refused
certificates import FILE.csv        registers certificates (PEM or DER), all or none; lines: kind,name,file
                                    (person,<login>,<path> or organ,<code>,<path>, paths from the csv's folder)
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
        json: { type: 'boolean', default: false },
      },
    });
    const [verb = '', subject = '', ...rest] = positionals;
    const { office, reason, json } = values;
    const databaseUrl = values.database ?? process.env['DATABASE_URL'];
    const isWhole =
      {
        list: subject === '',
        confirm: true,
        withdraw: reason.trim().length >= 3,
        import: !!office,
      }[verb] && (verb === 'list') === (subject === '');
    if (!isWhole || rest.length > 0 || databaseUrl === undefined) return undefined;
    return { verb, subject, databaseUrl, office, reason: reason.trim(), json };
  } catch {
    return undefined;
  }
}

async function run(certificates: Certificates, order: Order): Promise<number> {
  const { verb, subject, office, json } = order;
  if (verb === 'list') {
    const found = await certificates.list(office);
    const shown = found.map(({ picture, ...rest }) => ({ ...rest, hasPicture: picture !== null }));
    console.log(json ? JSON.stringify({ certificates: shown }) : found.map(lineOf).join('\n'));
    return found.some(isWaiting) ? FINDING : FINE;
  }
  const refused =
    verb === 'import'
      ? await importFile(certificates, subject, office ?? '')
      : wordsOf(
          verb === 'confirm'
            ? await certificates.confirm(subject)
            : await certificates.withdraw(subject, order.reason),
        );
  if (json) console.log(JSON.stringify({ ok: refused.length === 0, refused }));
  else console.log(refused.length === 0 ? 'Đã ghi.' : refused.join('\n'));
  return refused.length === 0 ? FINE : FINDING;
}

const isWaiting = ({ binding }: SigningCertificate): boolean => binding?.state === 'choXacNhan';

const lineOf = (certificate: SigningCertificate): string => {
  const { id, owner, holderName, active, binding, officeId } = certificate;
  const state = isWaiting(certificate) ? 'CHỜ XÁC NHẬN' : active ? 'đang dùng' : 'không dùng';
  const whose = owner.kind === 'organ' ? 'con dấu' : 'cá nhân';
  const facts = binding?.certificate;
  return [
    `${id} ${state}: ${holderName} (${whose}), cơ quan ${officeId}`,
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
    if (line.trim() === '' || line.trim() === 'kind,name,file') continue;
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
  const [kind, name = '', file = '', ...rest] = line.split(',').map((part) => part.trim());
  if ((kind !== 'person' && kind !== 'organ') || file === '' || rest.length > 0) {
    return 'phải có ba cột: person hoặc organ, tên đăng nhập hoặc mã tổ chức, tệp chứng thư.';
  }
  const owner = await certificates.findOwner(officeId, kind, name);
  if (!owner) return `cơ quan không có ${kind === 'person' ? 'người dùng' : 'tổ chức'} “${name}”.`;
  const bytes = await readFile(resolve(folder, file)).catch(() => undefined);
  if (!bytes) return `không mở được tệp “${file}”.`;
  const pem = parsePem(bytes.toString('latin1')).find(({ label }) => label === 'CERTIFICATE');
  const facts = readCertificateFacts(nodePadesPlatform, pem?.der ?? new Uint8Array(bytes));
  if (!facts) return `tệp “${file}” không phải chứng thư của người ký.`;
  const { thumbprint, holderName } = facts;
  const id = randomUUID();
  return SigningCertificate.parse({
    id,
    officeId,
    thumbprint,
    owner,
    holderName,
    picture: null,
    active: true,
  });
}
