import { createHash } from 'node:crypto';
import type { Agency, Office, Organ, OrgUnit } from '@shared/domain/organ/organ';
import { User, type Role } from '@shared/domain/organ/user';
import type { Register } from '@shared/domain/register/register';
import { OfficeId, OrganId, OrgUnitId, RegisterId, UserId } from '@shared/kernel/ids';
import { nameBasedId } from '@shared/kernel/name-based-id';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';

const bookNames = { den: 'Sổ văn bản đến', di: 'Sổ văn bản đi', banSao: 'Sổ bản sao' } as const;

/** One password for everyone in the invented province; it protects nothing real. */
export const DEMO_PASSWORD = 'tram-cong-vu-2026';

export interface DemoOffice {
  readonly office: Office;
  readonly organs: readonly Organ[];
  readonly units: readonly OrgUnit[];
  readonly people: readonly User[];
  readonly registers: readonly Register[];
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
/** The same ids at every seeding, so that a demo can be repeated and compared. */
const idOf = (name: string): string => nameBasedId(`demo:${name}`, sha256);

const YEAR = new Date(Date.now() + 7 * 3600 * 1000).getUTCFullYear();

interface Post {
  readonly login: string;
  readonly fullName: string;
  readonly position: string;
  readonly unit: string;
  readonly roles: readonly Role[];
  /** Organ of the roles; UBND unless said otherwise. */
  readonly organ?: 'UBND' | 'HĐND';
}

interface Plan {
  readonly key: string;
  readonly name: string;
  readonly placeName: string;
  readonly code: string;
  readonly level: 'xã' | 'phường' | 'tỉnh';
  readonly units: readonly (readonly [abbreviation: string, name: string])[];
  readonly posts: readonly Post[];
}

const communePosts = (names: readonly string[]): readonly Post[] => {
  const [chairman, deputy, council, chief, clerk, deputyClerk, kt, vhxh, centre, a, b, c, d] =
    names;
  const post = (
    login: string,
    fullName: string | undefined,
    position: string,
    unit: string,
    roles: readonly Role[],
    organ: 'UBND' | 'HĐND' = 'UBND',
  ): Post => ({ login, fullName: fullName ?? login, position, unit, roles, organ });
  return [
    post('chutich', chairman, 'Chủ tịch Ủy ban nhân dân', 'VP', ['chuTich']),
    post('phochutich', deputy, 'Phó Chủ tịch Ủy ban nhân dân', 'VP', ['phoChuTich']),
    post('chutich.hdnd', council, 'Chủ tịch Hội đồng nhân dân', 'VP', ['chuTichHdnd'], 'HĐND'),
    post('chanhvanphong', chief, 'Chánh Văn phòng', 'VP', ['lanhDaoVanPhong']),
    post('vanthu', clerk, 'Công chức Văn phòng, Văn thư', 'VP', ['vanThu', 'luuTru']),
    post('vanthu2', deputyClerk, 'Công chức Văn phòng', 'VP', ['vanThu']),
    post('truongphong.kt', kt, 'Trưởng phòng', 'KT', ['lanhDaoDonVi']),
    post('truongphong.vhxh', vhxh, 'Trưởng phòng', 'VHXH', ['lanhDaoDonVi']),
    post('giamdoc.pvhcc', centre, 'Giám đốc Trung tâm', 'TTPVHCC', ['giamDocTrungTam']),
    post('chuyenvien1', a, 'Chuyên viên', 'KT', ['chuyenVien']),
    post('chuyenvien2', b, 'Chuyên viên', 'VHXH', ['chuyenVien']),
    post('chuyenvien3', c, 'Chuyên viên', 'TTPVHCC', ['chuyenVien']),
    post('kiemtra', d, 'Thanh tra viên', 'VP', ['kiemTra']),
  ];
};

const plans: readonly Plan[] = [
  {
    key: 'a',
    name: 'Xã Suối Trong',
    placeName: 'Suối Trong',
    code: 'H99.101',
    level: 'xã',
    units: [
      ['VP', 'Văn phòng HĐND và UBND'],
      ['KT', 'Phòng Kinh tế'],
      ['VHXH', 'Phòng Văn hóa - Xã hội'],
      ['TTPVHCC', 'Trung tâm Phục vụ hành chính công'],
    ],
    posts: communePosts([
      'Hoàng Văn Sơn',
      'Lò Thị Mai',
      'Vàng A Páo',
      'Nguyễn Đức Thịnh',
      'Trần Thị Hòa',
      'Đỗ Thị Ánh',
      'Phạm Quang Huy',
      'Lý Thị Ngọc',
      'Bùi Văn Thắng',
      'Nông Thị Yến',
      'Giàng A Của',
      'Đặng Thị Thủy',
      'Mai Xuân Quý',
    ]),
  },
  {
    key: 'b',
    name: 'Phường Bến Lành',
    placeName: 'Bến Lành',
    code: 'H99.102',
    level: 'phường',
    units: [
      ['VP', 'Văn phòng HĐND và UBND'],
      ['KT', 'Phòng Kinh tế, Hạ tầng và Đô thị'],
      ['VHXH', 'Phòng Văn hóa - Xã hội'],
      ['TTPVHCC', 'Trung tâm Phục vụ hành chính công'],
    ],
    posts: communePosts([
      'Đinh Công Thành',
      'Vũ Thị Lệ',
      'Cao Văn Phúc',
      'Ngô Thị Quỳnh',
      'Phan Thị Diệu',
      'Lê Minh Tú',
      'Trịnh Văn Khải',
      'Hồ Thị Sen',
      'Dương Quốc Bảo',
      'Tạ Thị Hường',
      'Châu Văn Lộc',
      'Kiều Thị Vân',
      'Lưu Đình Nghĩa',
    ]),
  },
  {
    key: 'tinh',
    name: 'Văn phòng UBND tỉnh Mẫu Sơn',
    placeName: 'Mẫu Sơn',
    code: 'H99',
    level: 'tỉnh',
    units: [['VP', 'Văn phòng UBND tỉnh']],
    posts: [
      {
        login: 'chutich',
        fullName: 'Quách Văn Tường',
        position: 'Chủ tịch',
        unit: 'VP',
        roles: ['chuTich'],
      },
      {
        login: 'chanhvanphong',
        fullName: 'Hà Thị Liên',
        position: 'Chánh Văn phòng',
        unit: 'VP',
        roles: ['lanhDaoVanPhong'],
      },
      {
        login: 'vanthu',
        fullName: 'Tô Thị Nhàn',
        position: 'Văn thư',
        unit: 'VP',
        roles: ['vanThu'],
      },
      {
        login: 'quantri',
        fullName: 'Từ Quang Minh',
        position: 'Quản trị hệ thống',
        unit: 'VP',
        roles: ['quanTri'],
      },
    ],
  },
];

/** Two communes, each with UBND and HĐND, and the province's office: thirty invented people of every role. */
export const demoProvince: readonly DemoOffice[] = plans.map(officeFrom);

export const demoOffice = (key: 'a' | 'b' | 'tinh'): DemoOffice => {
  const found = demoProvince[plans.findIndex((plan) => plan.key === key)];
  if (!found) throw new Error(`no demo office ${key}`);
  return found;
};

/** The same id for a seeded paper at every start. */
/** In the layout of a random one: the server takes no other from people. */
export const paperId = (key: string): string =>
  idOf(`paper:${key}`).replace(/^(.{14})8/, (_, head: string) => `${head}4`);

const found = <T>(item: T | undefined, name: string): T => {
  if (item === undefined) throw new Error(`the demo office has no ${name}`);
  return item;
};

export const organOf = ({ organs }: DemoOffice, kind: Organ['kind']): Organ =>
  found(
    organs.find((organ) => organ.kind === kind),
    kind,
  );

export const unitOf = ({ units }: DemoOffice, abbreviation: string): OrgUnit =>
  found(
    units.find((unit) => unit.abbreviation === abbreviation),
    abbreviation,
  );

export const personOf = ({ people }: DemoOffice, login: string): User =>
  found(
    people.find((person) => person.login === login),
    login,
  );

export const registerOf = (
  demo: DemoOffice,
  kind: Organ['kind'],
  direction: Register['direction'],
): RegisterId =>
  found(
    demo.registers.find(
      (register) => register.organId === organOf(demo, kind).id && register.direction === direction,
    ),
    `${direction} ${kind}`,
  ).id;

/** Code of an agency in the office's directory; null for one that is not in it. */
export const agencyCodeOf = (office: Office, name: string): string | null =>
  agenciesFor(office).find((agency) => agency.name === name)?.code ?? null;

/** Writes the province into a server that does not know it yet; false when it already does. */
export async function seedProvince(admin: Admin): Promise<boolean> {
  const known = new Set((await admin.listOffices()).map(({ id }) => id));
  if (demoProvince.every(({ office }) => known.has(office.id))) return false;
  for (const { office, organs, units, people, registers } of demoProvince) {
    await admin.upsertOffice(office);
    for (const organ of organs) await admin.upsertOrgan(organ);
    for (const unit of units) await admin.upsertOrgUnit(unit);
    for (const person of people) await admin.createUser(person, DEMO_PASSWORD);
    for (const register of registers) await admin.openRegister(office.id, register);
    for (const agency of agenciesFor(office)) await admin.upsertAgency(office.id, agency);
  }
  return true;
}

function officeFrom(plan: Plan): DemoOffice {
  const officeId = OfficeId.parse(idOf(plan.key));
  const office: Office = { id: officeId, name: plan.name, placeName: plan.placeName };
  const kinds = plan.level === 'tỉnh' ? (['UBND'] as const) : (['UBND', 'HĐND'] as const);
  const organs = kinds.map((kind, index): Organ => ({
    id: OrganId.parse(idOf(`${plan.key}:${kind}`)),
    officeId,
    kind,
    name:
      kind === 'UBND'
        ? `Ủy ban nhân dân ${plan.level} ${plan.placeName}`
        : `Hội đồng nhân dân ${plan.level} ${plan.placeName}`,
    shortName: kind,
    code: index === 0 ? plan.code : plan.code.replace('H99', 'K99'),
  }));
  const units = plan.units.map(([abbreviation, name]): OrgUnit => ({
    id: OrgUnitId.parse(idOf(`${plan.key}:unit:${abbreviation}`)),
    officeId,
    name,
    abbreviation,
    headUserId: null,
    active: true,
  }));
  const organIdOf = (kind: 'UBND' | 'HĐND' = 'UBND'): Organ['id'] =>
    OrganId.parse(idOf(`${plan.key}:${kind}`));
  const people = plan.posts.map((post): User =>
    User.parse({
      id: UserId.parse(idOf(`${plan.key}:user:${post.login}`)),
      officeId,
      login: post.login,
      fullName: post.fullName,
      position: post.position,
      unitId: idOf(`${plan.key}:unit:${post.unit}`),
      // Văn phòng HĐND và UBND, its chief and its records clerks, serves both organs of the office.
      grants: post.roles.flatMap((role) =>
        (role === 'vanThu' || role === 'lanhDaoVanPhong'
          ? organs.map(({ id }) => id)
          : [organIdOf(post.organ)]
        ).map((organId) => ({
          role,
          organId,
        })),
      ),
      active: true,
    }),
  );
  const registers = organs.flatMap((organ) =>
    (['den', 'di', 'banSao'] as const).map((direction): Register => ({
      id: RegisterId.parse(idOf(`${plan.key}:${organ.kind}:${direction}:${YEAR}`)),
      organId: organ.id,
      direction,
      name: `${bookNames[direction]} ${organ.kind}`,
      year: YEAR,
      status: 'dangMo',
    })),
  );
  return { office, organs, units, people, registers };
}

/** Agencies that write to communes; invented codes in the block H99. */
const outsideAgencies = [
  'Sở Nội vụ tỉnh Mẫu Sơn',
  'Sở Tài chính tỉnh Mẫu Sơn',
  'Sở Nông nghiệp và Môi trường tỉnh Mẫu Sơn',
  'Sở Y tế tỉnh Mẫu Sơn',
  'Sở Giáo dục và Đào tạo tỉnh Mẫu Sơn',
  'Sở Tư pháp tỉnh Mẫu Sơn',
  'Sở Xây dựng tỉnh Mẫu Sơn',
  'Sở Khoa học và Công nghệ tỉnh Mẫu Sơn',
  'Công an tỉnh Mẫu Sơn',
  'Bảo hiểm xã hội tỉnh Mẫu Sơn',
];

function agenciesFor(office: Office): readonly Agency[] {
  const inside = demoProvince.flatMap((other) =>
    other.organs.slice(0, 1).map((organ): Agency => ({
      id: idOf(`${office.id}:agency:${organ.code}`),
      code: organ.code,
      name: organ.name,
      officeId: other.office.id,
    })),
  );
  const outside = outsideAgencies.map((name, index): Agency => ({
    id: idOf(`${office.id}:agency:outside:${index}`),
    code: `H99.0${index + 1}`,
    name,
    officeId: null,
  }));
  return [...inside, ...outside];
}
