/** An error as the operating system's calls throw it. */
export const systemError = (code: string): Error => Object.assign(new Error(code), { code });
