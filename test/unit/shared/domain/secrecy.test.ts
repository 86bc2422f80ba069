import { expect, test } from 'vitest';
import { hasSecrecyMark } from '@shared/domain/secrecy/find-secrecy-mark';

test.each([
  'MẬT',
  'TỐI MẬT',
  'TUYỆT MẬT',
  '[ MẬT ]',
  'M Ậ T',
  'T Ố I   M Ậ T',
  '| TUYỆT MẬT |',
  '  MẬT  ',
  'MẬT'.normalize('NFD'),
])('doc §6.2: a line "%s" is a secrecy mark', (line) => {
  expect(hasSecrecyMark(['Số: 05/BC-UBND', line, 'BÁO CÁO'])).toBe(true);
});

test.each([
  'bảo mật',
  'Mật khẩu đăng nhập',
  'Mật độ dân số',
  'Luật Bảo vệ bí mật nhà nước',
  'LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC',
  'Mật',
  'LƯU HÀNH NỘI BỘ',
  'XEM XONG TRẢ LẠI',
  'HỎA TỐC',
  'BẢO MẬT',
])('doc §6.2: a line "%s" is no secrecy mark', (line) => {
  expect(hasSecrecyMark(['Số: 05/BC-UBND', line])).toBe(false);
});
