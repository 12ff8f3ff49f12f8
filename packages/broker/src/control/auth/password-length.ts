/** Characters of a password that a person chooses. */
export const passwordMinLength = 8;
export const passwordMaxLength = 256;
