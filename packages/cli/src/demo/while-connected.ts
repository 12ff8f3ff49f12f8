/** The result of a publish, without the error of a lost connection: the demo goes on, and old prices would be of no use afterwards. */
export async function whileConnected(publish: Promise<void>): Promise<void> {
  try {
    await publish;
  } catch (error) {
    if ((error as { code?: string }).code !== 'PMQ_NOT_CONNECTED') throw error;
  }
}
