/** What a driver file was built for, by its header alone: nothing is loaded (K-1). */
export interface MachineType {
  readonly system: 'win32' | 'linux';
  /** Names of Node's `process.arch`; 'ia32' is what 32-bit drivers are. */
  readonly arch: 'x64' | 'arm64' | 'ia32' | 'other';
}

/** IMAGE_FILE_MACHINE of the PE format, "COFF File Header". */
const peMachines: Readonly<Record<number, MachineType['arch']>> = {
  0x8664: 'x64',
  0xaa64: 'arm64',
  0x014c: 'ia32',
};

/** e_machine of the ELF header. */
const elfMachines: Readonly<Record<number, MachineType['arch']>> = {
  62: 'x64',
  183: 'arm64',
  3: 'ia32',
};

/** Undefined for what is neither a PE nor an ELF file. */
export function readMachineType(file: Uint8Array): MachineType | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const has = (at: number, ...bytes: readonly number[]): boolean =>
    bytes.every((byte, i) => file[at + i] === byte);
  if (has(0, 0x7f, 0x45, 0x4c, 0x46) && file.length >= 20) {
    const isLittleEndian = file[5] === 1;
    const arch = elfMachines[view.getUint16(18, isLittleEndian)] ?? 'other';
    // x32 and its like: a 64-bit machine with files of class 32.
    return { system: 'linux', arch: file[4] === 2 || arch === 'ia32' ? arch : 'other' };
  }
  if (has(0, 0x4d, 0x5a) && file.length >= 0x40) {
    // e_lfanew: where the PE signature lies.
    const at = view.getUint32(0x3c, true);
    if (at + 6 > file.length || !has(at, 0x50, 0x45, 0, 0)) return undefined;
    return { system: 'win32', arch: peMachines[view.getUint16(at + 4, true)] ?? 'other' };
  }
  return undefined;
}
