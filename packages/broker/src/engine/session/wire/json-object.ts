/** The JSON object in a payload, or undefined when the payload is not one. */
export function parseObject(payload: string | undefined): Record<string, unknown> | undefined {
  if (payload === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(payload);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    // JSON.parse reports bad text only by throwing. The caller answers the sender.
    return undefined;
  }
}
