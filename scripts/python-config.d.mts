/** The text of the Python module pulsemq_broker.config. */
export function pythonConfig(): string;
