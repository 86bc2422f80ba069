import { expect, test } from 'vitest';
import {
  desktopText,
  unitText,
  wayOf,
  windowsCommands,
  type HubCommand,
} from '../../../../src/main/features/hub-host/start-files';

const odd: HubCommand = ['/opt/Trạm "A"/hub', '--data', 'C:\\a b\\$HOME 100%', '--port', '8787'];

const lineOf = (text: string, key: string): string =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1) ?? '';

test('§20: systemd is used where its manager answers, whatever programs lie about', () => {
  expect(wayOf('linux', true)).toBe('systemd');
  expect(wayOf('linux', false)).toBe('autostart');
  expect(wayOf('win32', false)).toBe('task');
});

test('§20: the unit starts with the PC, again after every end, and may gain no rights', () => {
  const unit = unitText(odd);

  expect(lineOf(unit, 'ExecStart')).toBe(
    '"/opt/Trạm \\"A\\"/hub" "--data" "C:\\\\a b\\\\$$HOME 100%%" "--port" "8787"',
  );
  expect(lineOf(unit, 'Restart')).toBe('always');
  expect(lineOf(unit, 'StartLimitIntervalSec')).toBe('0');
  expect(lineOf(unit, 'WantedBy')).toBe('default.target');
  expect(lineOf(unit, 'NoNewPrivileges')).toBe('yes');
  expect(lineOf(unit, 'UMask')).toBe('0077');
});

test('§20: the entry of the autostart folder quotes as its specification wants: first the argument, then the value', () => {
  expect(lineOf(desktopText(odd), 'Exec')).toBe(
    '"/opt/Trạm \\\\"A\\\\"/hub" "--data" "C:\\\\\\\\a b\\\\\\\\\\\\$HOME 100%%" "--port" "8787"',
  );
});

test('§20: Windows: one line for the start with the PC, one for the firewall of the office alone', () => {
  const [task, firewall] = windowsCommands([
    'C:\\Program Files\\TramCongVu\\TramCongVu.exe',
    '--relay',
    '--port',
    '8787',
  ]);

  expect(task).toBe(
    'schtasks /Create /F /TN TramCongVuHub /SC ONSTART /RU "%USERDOMAIN%\\%USERNAME%" /NP /RL LIMITED ' +
      '/TR "\\"C:\\Program Files\\TramCongVu\\TramCongVu.exe\\" --relay --port 8787"',
  );
  expect(firewall).toContain('localport=8787 profile=private,domain');
});
