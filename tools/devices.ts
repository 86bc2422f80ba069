import { parseArgs } from 'node:util';
import { connect } from '../sync-server/src/db/connect';
import type { Database } from '../sync-server/src/db/queryable';
import { createAdmin } from '../sync-server/src/features/admin/admin-service';
import { formatBytes, formatDuration } from '@shared/i18n/format';
import type { DeviceAlert, DeviceOverview } from '@shared/domain/organ/devices';
import { readServerState } from '../sync-server/src/features/health/server-state';
import { createRelayKeys } from '../sync-server/src/features/relay/relay-keys';
import { readDeviceOverview } from '../sync-server/src/features/admin/device-overview';

const USAGE = `devices: what the server knows of every device, and what each said of itself last
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --office ID     of one office
  --hub-code      with --office: an activation code for its hub (sync §20), good for three days, shown once
  --kept-work ID  passphrase of the file “viec-chua-gui.tcv” that a lost machine left when it was emptied (§7.2)
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly url: string;
  readonly office: string | undefined;
  readonly json: boolean;
  readonly isForHub: boolean;
  /** A device whose passphrase is asked for. */
  readonly keptWork: string | undefined;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        database: { type: 'string' },
        office: { type: 'string' },
        json: { type: 'boolean', default: false },
        'hub-code': { type: 'boolean', default: false },
        'kept-work': { type: 'string' },
      },
    });
    const url = values.database ?? process.env['DATABASE_URL'];
    const isForHub = values['hub-code'];
    if (url === undefined || (isForHub && values.office === undefined)) return undefined;
    const { office, json, 'kept-work': keptWork } = values;
    return { url, office, json, isForHub, keptWork };
  } catch {
    return undefined;
  }
}

/** `cli devices`: 0 nothing needs a person, 1 a device has an alert, 2 could not run. */
export async function runDevices(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  const db = connect({ connectionString: order.url, max: 1 });
  try {
    if (order.keptWork !== undefined) return await printKeptWork(db, order.keptWork);
    if (order.isForHub) return await printHubCode(db, order);
    const devices = await readDeviceOverview(db, Date.now(), order.office);
    console.log(order.json ? JSON.stringify({ devices }) : devices.map(lineOf).join('\n'));
    return devices.some(({ alerts }) => alerts.length > 0) ? FINDING : FINE;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  } finally {
    await db.end();
  }
}

/** Of machines that were told to remove everything, and of no others. */
async function printKeptWork(db: Database, deviceId: string): Promise<number> {
  const devices = await readDeviceOverview(db, Date.now());
  if (!devices.some((one) => one.deviceId === deviceId && one.wipe !== null)) {
    console.error('Không có lệnh xóa dữ liệu cho máy này.');
    return COULD_NOT_RUN;
  }
  const { tokenKey } = await readServerState(db);
  console.log(createRelayKeys(tokenKey).keepKeyOf(deviceId));
  return FINE;
}

const HUB_CODE_HOURS = 72;

async function printHubCode(db: Database, { office = '', json }: Order): Promise<number> {
  const admin = createAdmin({ db, nowMs: Date.now });
  const code = await admin.createActivationCode(office, HUB_CODE_HOURS, {}, 'hub');
  console.log(json ? JSON.stringify({ code }) : code);
  return FINE;
}

const lineOf = (device: DeviceOverview): string =>
  [
    `${device.alerts.length > 0 ? '! ' : '  '}${device.name} (${device.deviceId}/${device.inc})`,
    STATE[device.state],
    `liên lạc ${device.lastContactAt ?? 'chưa lần nào'}`,
    `nhận ${device.received}, từ chối ${device.rejected}, giữ lại ${device.held}`,
    `giữ ${device.leases} sổ`,
    ...saidOf(device),
    ...device.losses.map(({ from, to }) => `mất việc số ${from}–${to}`),
    ...device.alerts.map((alert) => ALERT[alert]),
  ].join('; ');

function saidOf({ figures, oldestPendingAt }: DeviceOverview): readonly string[] {
  if (!figures) return ['máy chưa báo gì'];
  const { pendingOperations, pendingFiles, pendingBytes, clockDifferenceMs, freeBytes } = figures;
  return [
    `phiên bản ${figures.version}`,
    `chưa gửi ${pendingOperations} việc, ${pendingFiles} tệp (${formatBytes(pendingBytes)})`,
    ...(oldestPendingAt === null ? [] : [`cũ nhất từ ${oldestPendingAt}`]),
    `cần xử lý ${figures.refused + figures.held}`,
    `lệch khi đối chiếu ${figures.healed}`,
    ...(clockDifferenceMs === null ? [] : [`lệch giờ ${formatDuration(clockDifferenceMs)}`]),
    ...(freeBytes === null ? [] : [`đĩa trống ${formatBytes(freeBytes)}`]),
    ...(figures.loadPercent === null ? [] : [`đang tải lần đầu ${figures.loadPercent} %`]),
  ];
}

const ALERT: Readonly<Record<DeviceAlert, string>> = {
  lost: 'có việc bị mất, cần đối chiếu sổ giấy',
  forked: 'dữ liệu bị đưa về bản cũ, sao chép hoặc hỏng: cần đăng ký lại máy',
  lockedWithRegister: 'còn giữ sổ: cần thu hồi sổ',
  silent: 'còn việc chưa gửi mà im lặng từ ba ngày làm việc',
};

const STATE = { active: 'đang dùng', fenced: 'đã khóa', disabled: 'đã ngừng' } as const;
