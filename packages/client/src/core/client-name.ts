/** Name and version that a log-in carries; operators see it in the list of connections. */
export const clientName = 'pulsemq-js/0.1.0';
