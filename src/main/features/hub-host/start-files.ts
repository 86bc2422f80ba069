/** What starts the hub with the PC, as text (sync §20). Each writer quotes by the rules of its reader. */

/** The hub's program and everything behind its name. */
export type HubCommand = readonly [program: string, ...args: string[]];

/** systemd of the person; a file in their autostart folder; a scheduled task that an administrator makes. */
export type Way = 'systemd' | 'autostart' | 'task';

/** @param systemdAnswers whether `systemctl --user` speaks to a running manager, which a program alone does not prove */
export const wayOf = (platform: NodeJS.Platform, systemdAnswers: boolean): Way => {
  if (platform === 'win32') return 'task';
  return systemdAnswers ? 'systemd' : 'autostart';
};

export const UNIT = 'tram-cong-vu-hub.service';
export const DESKTOP_FILE = 'tram-cong-vu-hub.desktop';
const TITLE = 'Trạm Công Vụ: trạm của cơ quan';

/**
 * A unit of the person (systemd.service(5)). No rule about memory that is written and then run: V8 and PostgreSQL do so.
 * AF_NETLINK tells the addresses of the PC.
 */
export const unitText = (command: HubCommand): string => `[Unit]
Description=${TITLE}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${command.map(quotedForUnit).join(' ')}
Restart=always
RestartSec=5
TimeoutStopSec=60
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

[Install]
WantedBy=default.target
`;

/** `%` and `$` are the unit's own signs. */
const quotedForUnit = (word: string): string =>
  `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** An entry of `~/.config/autostart` (Desktop Entry Specification, "The Exec key"): started at the person's sign-in. */
export const desktopText = (command: HubCommand): string => `[Desktop Entry]
Type=Application
Name=${TITLE}
Exec=${command.map(quotedForDesktop).join(' ')}
Terminal=false
NoDisplay=true
X-GNOME-Autostart-enabled=true
`;

/** Quoted as an argument, then escaped once more as the value of a key. */
const quotedForDesktop = (word: string): string =>
  `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`.replaceAll('\\', '\\\\');

const TASK = 'TramCongVuHub';

/** What an administrator runs once: the start with the PC, and the way through the firewall. */
export const windowsCommands = (command: HubCommand): readonly string[] => [
  // Without a password kept anywhere (/NP), before anybody signs in, with the rights of the person alone.
  `schtasks /Create /F /TN ${TASK} /SC ONSTART /RU "%USERDOMAIN%\\%USERNAME%" /NP /RL LIMITED /TR ${taskLine(command)}`,
  `netsh advfirewall firewall add rule name=${TASK} dir=in action=allow protocol=TCP localport=${portOf(command)} profile=private,domain`,
];

/** One argument of `schtasks` that holds a whole line: its inner quotes are escaped. */
const taskLine = (command: HubCommand): string =>
  `"${command.map((word) => (/[\s&^]/.test(word) ? `\\"${word}\\"` : word)).join(' ')}"`;

const portOf = (command: HubCommand): string => command[command.indexOf('--port') + 1] ?? '';
