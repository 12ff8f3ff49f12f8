import { lazyCodecs } from '#codecs';

/**
 * Loads the codecs of DataFrames and compressions now. A browser loads them with the first message that needs them, which waits for that; a
 * program that cannot wait calls this first, and so does one that makes a DataFrame, or decodes a message of `ReceivedMessage.from` in a
 * worker. On Node they are there already. Rejects with a PulseMQError if they cannot be loaded.
 */
export const loadCodecs = async (): Promise<void> => lazyCodecs?.load();
