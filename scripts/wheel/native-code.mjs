// The native code of the bundle decides for which systems the wheel is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The glibc that Node 24 needs: 2.28. */
const nodeGlibcMinor = 28;

/** The paths of all native modules below a folder. */
export const nativeModules = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.node'))
    .sort();

/**
 * The platform of the wheel, such as `manylinux_2_28_x86_64`: the newest glibc that Node or a native module needs. Throws when a module is
 * not for x86_64 and glibc.
 */
export function platformOf(folder) {
  const minors = nativeModules(folder).map((path) => glibcMinor(path, readFileSync(join(folder, path))));
  return `manylinux_2_${Math.max(nodeGlibcMinor, ...minors)}_x86_64`;
}

/** The newest 2.x of glibc whose symbols a module names. */
function glibcMinor(path, bytes) {
  const isElf = bytes.subarray(0, 5).equals(Buffer.from('\x7fELF\x02', 'latin1'));
  const x86 = 62;
  if (!isElf || bytes.readUInt16LE(18) !== x86) throw new Error(`${path} is not native code for Linux on x86_64`);
  const minors = [...bytes.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  if (minors.length === 0) throw new Error(`${path} does not use glibc`);
  return Math.max(...minors);
}
