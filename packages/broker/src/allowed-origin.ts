/** Which web pages may open a WebSocket: the rule for `Origin` (RFC 6454) that both ports use. */

/** True for an origin as browsers send it, such as `https://desk.example` or `http://10.0.0.5:3000`: no path, no default port. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === 'http:' || protocol === 'https:');
}

/**
 * True if a page of this origin may connect: it is allowed by name, or it comes from the host that it connects to, whatever the port. A
 * program that is not a browser sends no `Origin` and may connect.
 */
export function mayConnect(origin: string | undefined, host: string, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return isOrigin(origin) && new URL(origin).hostname === hostNameOf(host);
}

/** The name in a `Host` header, without its port, as a URL would write it. */
function hostNameOf(host: string): string | undefined {
  const text = `http://${host}`;
  return URL.canParse(text) ? new URL(text).hostname : undefined;
}

/** The text of a setting that is not an origin. */
export const notOriginText = ({ input }: { input?: unknown }): string =>
  `${JSON.stringify(input)} is not an origin such as https://desk.example`;
