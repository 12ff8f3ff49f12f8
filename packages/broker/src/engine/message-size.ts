/**
 * A message above this size in bytes is large: it is kept as the chunks it arrived in and never copied into a batch. It must fit the
 * largest slab together with the key frame and the reserved frame that a delivery adds, at most 400 bytes.
 */
export const largeMessageBytes = 131_072;
