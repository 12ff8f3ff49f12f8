/** The rule for usernames, which appear in frames, logs and web pages. */
export const usernamePattern = /^[A-Za-z0-9_.@-]{1,64}$/;

/** The rule in words, for error texts. */
export const usernameRule = '1 to 64 characters of A-Z, a-z, 0-9, _ . @ -';

/** The username in messages that the broker itself publishes. No user can have it, because usernames hold no `$`. */
export const brokerUsername = '$broker';
