import { BlockList, isIP, isIPv4 } from 'node:net';

const mappedPrefix = '::ffff:';

/** True for an address such as `10.0.0.1` or `::1`, and for a range such as `10.0.0.0/8` (CIDR, RFC 4632). */
export function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Names an entry that is neither. */
export const notAddressText = ({ input }: { input?: unknown }): string =>
  `${JSON.stringify(input)} is neither an address nor a range such as 10.0.0.0/8`;

/** Addresses and ranges, for finding out whether an address is one of them. */
export class AddressList {
  readonly #list = new BlockList();

  /** Each entry as `isAddressOrRange` accepts it. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address, bits] = entry.split('/') as [string, string?];
      const type = familyOf(address);
      if (bits === undefined) this.#list.addAddress(address, type);
      else this.#list.addSubnet(address, Number(bits), type);
    }
  }

  /** IPv4 in IPv6 form counts as IPv4. */
  has(address: string): boolean {
    const plain = address.startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : address;
    const shown = isIPv4(plain) ? plain : address;
    return isIP(shown) !== 0 && this.#list.check(shown, familyOf(shown));
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');
