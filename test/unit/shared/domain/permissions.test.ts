import { describe, expect, test } from 'vitest';
import { mayAct, roleFor, type Permission } from '@shared/domain/organ/permission';
import { Role, rolesOf } from '@shared/domain/organ/user';
import { aUser, aUserWith, sample } from '../../../support/core-builders';

/** Who may do what with an incoming document (van-ban.md §3.4), written out as the offices read it. */
const table: Readonly<Partial<Record<Permission, readonly Role[]>>> = {
  registerIncoming: ['vanThu'],
  correctIncoming: ['vanThu'],
  numberIncoming: ['vanThu'],
  answerDelivery: ['vanThu'],
  presentIncoming: ['vanThu', 'lanhDaoVanPhong'],
  directIncoming: ['chuTich', 'phoChuTich', 'chuTichHdnd', 'phoChuTichHdnd', 'lanhDaoVanPhong'],
  handleIncoming: ['lanhDaoDonVi', 'giamDocTrungTam', 'lanhDaoVanPhong', 'chuyenVien', 'vanThu'],
};

describe.each(Object.entries(table) as [Permission, readonly Role[]][])(
  '%s',
  (permission, allowed) => {
    test.each(Role.options)('role %s', (role) => {
      const act = { permission, role, organId: sample.organId };

      expect(mayAct(aUserWith(role), act)).toBe(allowed.includes(role));
    });
  },
);

describe('a role', () => {
  const act = { permission: 'registerIncoming', role: 'vanThu', organId: sample.organId } as const;

  test('counts only where it is held', () => {
    expect(mayAct(aUserWith('vanThu', sample.otherOrganId), act)).toBe(false);
  });

  test('must be one that the person holds, not only one that would do', () => {
    expect(mayAct(aUserWith('chuyenVien'), act)).toBe(false);
  });

  test('counts no more once the person has left', () => {
    expect(mayAct(aUser({ active: false }), act)).toBe(false);
    expect(roleFor(aUser({ active: false }), 'registerIncoming', sample.organId)).toBeUndefined();
  });

  test('is found among several at the organ that is asked about', () => {
    const user = aUser({
      grants: [
        { role: 'chuyenVien', organId: sample.organId },
        { role: 'vanThu', organId: sample.otherOrganId },
        { role: 'vanThu', organId: sample.organId },
      ],
    });

    expect(roleFor(user, 'numberIncoming', sample.organId)).toBe('vanThu');
    expect([...rolesOf(user)]).toEqual(['chuyenVien', 'vanThu']);
  });
});
