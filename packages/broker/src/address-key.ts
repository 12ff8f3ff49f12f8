const mappedPrefix = '::ffff:';
/** Groups of an IPv6 address that a provider gives to one customer: a /64. */
const prefixGroups = 4;

/**
 * The key under which connections of one address are counted. IPv4 in IPv6 form counts as IPv4; other IPv6 addresses count by their first 64
 * bits, since one host may use all the rest.
 */
export function addressKey(address: string): string {
  if (address.startsWith(mappedPrefix) && address.includes('.')) return address.slice(mappedPrefix.length);
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return `${groups.slice(0, prefixGroups).join(':')}::/64`;
}

/** An address that only this machine itself has. */
export const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);
